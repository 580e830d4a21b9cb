/// What an evaluation found, in memory and as lm-evaluation-harness writes it, and the comparison of two.
@NullMarked
package org.tramontane.spac.eval.result;

import org.jspecify.annotations.NullMarked;
