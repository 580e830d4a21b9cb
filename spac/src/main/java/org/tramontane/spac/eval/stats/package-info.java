/// How sure a figure is, and whether two differ: standard errors, bootstrap intervals, paired tests.
@NullMarked
package org.tramontane.spac.eval.stats;

import org.jspecify.annotations.NullMarked;
