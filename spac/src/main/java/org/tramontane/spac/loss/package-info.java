/// Preference losses as pure functions of sequence log-probabilities: value and derivative, no model in sight.
///
/// Read [org.tramontane.spac.loss.AlignmentLoss] first, then [org.tramontane.spac.loss.PreferenceLoss] and
/// [org.tramontane.spac.loss.SpacLoss]; then any other.
@NullMarked
package org.tramontane.spac.loss;

import org.jspecify.annotations.NullMarked;
