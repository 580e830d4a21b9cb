package org.tramontane.spac.train;

/// How a policy stands to held-out preferences, compared with the model that it started from.
///
/// With `rho(y) = log pi(y|x) - log pi_start(y|x)`, in nats:
///
/// @param examples how many pairs
/// @param accuracy the share with `rho(y+) > rho(y-)`, where a tie counts half; 0.5 at the start
/// @param margin mean of `rho(y+) - rho(y-)`
/// @param chosenLogRatio mean of `rho(y+)`
/// @param rejectedLogRatio mean of `rho(y-)`
/// @param drift mean of `|rho|` over both responses: how far the policy has moved
public record Evaluation(
    int examples,
    double accuracy,
    double margin,
    double chosenLogRatio,
    double rejectedLogRatio,
    double drift) {}
