package org.tramontane.spac.train;

import org.jspecify.annotations.Nullable;

/// What came out of a round of SPAC's game.
///
/// Divergences are Monte Carlo estimates over responses of the new policy pi, as [ReferenceDivergence] makes them.
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
    @Nullable Divergence fromPrevious,
    @Nullable Divergence fromReference) {

  /// An estimate.
  ///
  /// @param kl mean over the responses, in nats
  /// @param standardError of that mean
  /// @param responses how many
  public record Divergence(double kl, double standardError, int responses) {
    static Divergence of(ReferenceDivergence measured) {
      return new Divergence(measured.kl(), measured.standardError(), measured.responses().size());
    }
  }

  private static final int NUMBERS = 16;

  /// The round as numbers, for a training's state.
  double[] toNumbers() {
    return new double[] {
      round,
      criticSteps,
      criticFirstLoss,
      criticLastLoss,
      critic.self(),
      critic.data(),
      critic.preferenceNll(),
      critic.accuracy(),
      fit.fitError(),
      fit.unexplained(),
      fromPrevious == null ? 0 : fromPrevious.kl,
      fromPrevious == null ? 0 : fromPrevious.standardError,
      fromPrevious == null ? 0 : fromPrevious.responses,
      fromReference == null ? 0 : fromReference.kl,
      fromReference == null ? 0 : fromReference.standardError,
      fromReference == null ? 0 : fromReference.responses,
    };
  }

  /// What [#toNumbers] says.
  static GameRound ofNumbers(double[] n) {
    if (n.length != NUMBERS) {
      throw new IllegalArgumentException(n.length + " numbers; allowed: " + NUMBERS);
    }
    return new GameRound(
        (int) n[0],
        (long) n[1],
        n[2],
        n[3],
        new CriticFigures(n[4], n[5], n[6], n[7]),
        new PolicyFit(n[8], n[9]),
        n[12] == 0 ? null : new Divergence(n[10], n[11], (int) n[12]),
        n[15] == 0 ? null : new Divergence(n[13], n[14], (int) n[15]));
  }
}
