/// `tramontane sweep`: several runs of `align`, each with several seeds, and their comparison.
///
/// Read [org.tramontane.cli.sweep.SweepFile] (what a user writes), [org.tramontane.cli.sweep.SweepPlan] (what follows from it), then
/// [org.tramontane.cli.sweep.Sweep] (the loop, with [org.tramontane.cli.sweep.SweepState], its memory, and
/// [org.tramontane.cli.sweep.RunProcess], a run in a JVM of its own).
@NullMarked
package org.tramontane.cli.sweep;

import org.jspecify.annotations.NullMarked;
