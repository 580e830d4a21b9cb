/// The lab's experiments: what is varied, which methods play, and what came out, with intervals.
@NullMarked
package org.tramontane.spac.theory.experiment;

import org.jspecify.annotations.NullMarked;
