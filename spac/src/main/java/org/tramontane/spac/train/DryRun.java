package org.tramontane.spac.train;

import java.util.SequencedMap;

/// What the first optimiser step would be, without making it.
///
/// @param loss of the first step's examples
/// @param gradNorm global L2 norm of the gradient over all parameters, before clipping
/// @param metrics means over the examples, under TRL's names; for preference losses also `critic_term` and
///     `preference_term`
public record DryRun(double loss, double gradNorm, SequencedMap<String, Double> metrics) {}
