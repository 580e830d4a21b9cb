/// `tramontane align`: recipe and options, the run, and what it leaves behind.
///
/// Reading order: [AlignCommand], [MethodFlags] and [Plan] (a method with all that it needs to know), [RecipeFile]
/// (YAML to options), [TrainingOptions], [RunFolder] (metrics and `run.json`).
@NullMarked
package org.tramontane.cli.align;

import org.jspecify.annotations.NullMarked;
