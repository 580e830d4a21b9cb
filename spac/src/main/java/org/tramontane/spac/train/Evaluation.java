package org.tramontane.spac.train;

/// How a policy stands to held-out preferences.
///
/// Some figures compare it with the model that it started from, by `rho(y) = log pi(y|x) - log pi_start(y|x)` in nats;
/// policies with different starts are not on one scale there. The others are of the policy alone, and so on one scale
/// for all policies that read the same pairs. A tie counts half in every share.
///
/// @param examples how many pairs
/// @param accuracy the share with `rho(y+) > rho(y-)`; 0.5 at the start
/// @param margin mean of `rho(y+) - rho(y-)`
/// @param chosenLogRatio mean of `rho(y+)`
/// @param rejectedLogRatio mean of `rho(y-)`
/// @param drift mean of `|rho|` over both responses: how far the policy has moved
/// @param prefersChosen the share with `log pi(y+|x) > log pi(y-|x)`, sums over tokens: long responses lose
/// @param prefersChosenPerToken the same by means over tokens, `log pi(y|x) / |y|`
/// @param chosenLogProbPerToken mean of `log pi(y+|x) / |y+|` in nats
/// @param rejectedLogProbPerToken mean of `log pi(y-|x) / |y-|` in nats
public record Evaluation(
    int examples,
    double accuracy,
    double margin,
    double chosenLogRatio,
    double rejectedLogRatio,
    double drift,
    double prefersChosen,
    double prefersChosenPerToken,
    double chosenLogProbPerToken,
    double rejectedLogProbPerToken) {}
