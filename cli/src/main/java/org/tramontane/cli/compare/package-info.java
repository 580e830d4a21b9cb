/// `tramontane compare`: runs of `tramontane align` side by side, or two evaluations document by document.
///
/// Reading order: [org.tramontane.cli.compare.RunComparison], [org.tramontane.cli.compare.RunGroup],
/// [org.tramontane.cli.compare.CompareCommand].
@NullMarked
package org.tramontane.cli.compare;

import org.jspecify.annotations.NullMarked;
