/// Real preference data, read where it lies.
@NullMarked
package org.tramontane.tests.data;

import org.jspecify.annotations.NullMarked;
