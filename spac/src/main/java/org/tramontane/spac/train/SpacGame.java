package org.tramontane.spac.train;

import org.tramontane.spac.loss.CriticLoss;
import org.tramontane.spac.loss.PolicyFitLoss;

/// How SPAC's game is played in its explicit form.
///
/// @param play rounds and sampling
/// @param criticLoss what the critic minimises
/// @param policyLoss what the policy minimises
/// @param freshCritic whether the critic begins anew in each round, or where the round before has left it
/// @param klSamples prompts that the new policy answers after each round, to measure how far it went; 0 for none
public record SpacGame(
    SelfPlay play,
    CriticLoss criticLoss,
    PolicyFitLoss policyLoss,
    boolean freshCritic,
    int klSamples) {
  /// Checks the range.
  public SpacGame {
    if (klSamples < 0) {
      throw new IllegalArgumentException("kl_samples = " + klSamples + "; allowed: 0 or more");
    }
  }
}
