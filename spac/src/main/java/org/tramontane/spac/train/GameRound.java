package org.tramontane.spac.train;

import org.jspecify.annotations.Nullable;

/// What came out of a round of SPAC's game.
///
/// Divergences are Monte Carlo estimates over responses of the new policy pi; see [ReferenceDivergence].
///
/// @param round from 1
/// @param criticSteps steps of the critic
/// @param criticFirstLoss before its first step
/// @param criticLastLoss before its last step
/// @param critic what f_t makes of the round's responses
/// @param fit how well pi fits eta f_t on them
/// @param fromPrevious `KL(pi || pi_t)`, or null if it was not measured
/// @param fromReference `KL(pi || pi_ref)`, or null if it was not measured
public record GameRound(
    int round,
    long criticSteps,
    double criticFirstLoss,
    double criticLastLoss,
    CriticFigures critic,
    PolicyFit fit,
    @Nullable ReferenceDivergence fromPrevious,
    @Nullable ReferenceDivergence fromReference) {}
