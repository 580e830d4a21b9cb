/// The meaning of every kernel in plain F64 loops: the oracle that backends are compared with.
@NullMarked
package org.tramontane.tests.reference;

import org.jspecify.annotations.NullMarked;
