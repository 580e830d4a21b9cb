package org.tramontane.spac.train;

/// What one round did: all of a supervised or DPO training, or one turn of SPAC's self-play.
///
/// @param round from 1
/// @param rounds in all
/// @param steps of the optimiser
/// @param firstLoss before the first step
/// @param lastLoss before the last step
/// @param tokens that went through the model in training, prompts included
/// @param seconds of training, without sampling and frozen log-probabilities
public record RoundReport(
    int round,
    int rounds,
    long steps,
    double firstLoss,
    double lastLoss,
    long tokens,
    double seconds) {}
