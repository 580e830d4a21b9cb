/// Our reader on files that others wrote.
@NullMarked
package org.tramontane.tests.safetensors;

import org.jspecify.annotations.NullMarked;
