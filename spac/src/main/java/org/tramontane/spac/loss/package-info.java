/// Preference losses as pure functions of sequence log-probabilities: value and derivative, no model in sight.
///
/// Read [org.tramontane.spac.loss.PreferenceLoss] first, then [org.tramontane.spac.loss.SpacLoss].
@NullMarked
package org.tramontane.spac.loss;

import org.jspecify.annotations.NullMarked;
