/// `tramontane compare`: runs of `tramontane align` side by side.
///
/// Reading order: [org.tramontane.cli.compare.RunComparison], [org.tramontane.cli.compare.RunGroup],
/// [org.tramontane.cli.compare.CompareCommand].
@NullMarked
package org.tramontane.cli.compare;

import org.jspecify.annotations.NullMarked;
