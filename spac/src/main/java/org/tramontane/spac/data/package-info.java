/// Preference data and data for supervised fine-tuning: files in the common shapes, tokens, limits, packing, the held-out
/// split.
///
/// Reading order: [org.tramontane.spac.data.DataFile], [org.tramontane.spac.data.DataShape],
/// [org.tramontane.spac.data.ExampleEncoder], [org.tramontane.spac.data.HeldOut].
@NullMarked
package org.tramontane.spac.data;

import org.jspecify.annotations.NullMarked;
