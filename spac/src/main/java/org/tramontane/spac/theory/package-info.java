/// The theory of SPAC where everything can be computed: contextual bandits with Bradley-Terry preferences, SPAC-T with its critic step
/// solved to a certified gap, and the methods it is compared with. Plain doubles; nothing here needs a model or a tensor.
///
/// To read in this order: [org.tramontane.spac.theory.Bandit] and [org.tramontane.spac.theory.Comparisons], [org.tramontane.spac.theory.Critic] and
/// [org.tramontane.spac.theory.SpacT], [org.tramontane.spac.theory.Audit] (the theorem's proof along a game) and
/// [org.tramontane.spac.theory.TheoremBound] (its constants); then the three critics with their solvers, and the baselines.
@NullMarked
package org.tramontane.spac.theory;

import org.jspecify.annotations.NullMarked;
