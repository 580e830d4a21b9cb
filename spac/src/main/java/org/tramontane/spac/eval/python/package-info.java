/// The parts of Python's standard library that the harness's figures depend on, bit for bit.
@NullMarked
package org.tramontane.spac.eval.python;

import org.jspecify.annotations.NullMarked;
