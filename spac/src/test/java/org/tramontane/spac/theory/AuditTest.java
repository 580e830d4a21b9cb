package org.tramontane.spac.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AuditTest {
  private final double[][] mu = {{0.5, 0.3, 0.2}, {0.2, 0.2, 0.6}};
  private final Bandit bandit = new Bandit(new double[][] {{0.5, 0, -0.5}, {-0.5, 0.5, 0}}, mu);
  private final double[][] start = Policies.uniform(2, 3);

  private TabularCritic critic(int n, int seed) {
    Comparisons data = Comparisons.sample(bandit, n, new SplittableRandom(seed));
    return new TabularCritic(data, mu, Math.sqrt(n), -1, 1, 0, 1e-8, 1e-10);
  }

  @Test
  void suboptimalityItsBoundAndTheTermsOfTheProofAreInOrder() {
    for (int seed = 0; seed < 20; seed++) {
      TabularCritic critic = critic(200, seed);
      Audit audit = new Audit(bandit, critic);
      SpacT game = SpacT.play(critic, start, 0.1, 300, audit);
      double suboptimality = bandit.suboptimality(game.mixture());
      audit.check(suboptimality);
      assertThat(suboptimality).as("seed %d", seed).isLessThanOrEqualTo(audit.bound());
      assertThat(audit.bound())
          .isLessThanOrEqualTo(audit.statistical() + game.averageRegret() + 1e-8);
      assertThat(game.averageRegret()).isLessThanOrEqualTo(game.regretBound());
      assertThat(audit.shortfall()).isLessThanOrEqualTo(1e-8);
    }
  }

  @Test
  void aMixtureAboveItsBoundStopsTheRun() {
    TabularCritic critic = critic(200, 1);
    Audit audit = new Audit(bandit, critic);
    SpacT.play(critic, start, 0.1, 50, audit);
    double above = audit.bound() + 1e-6;
    assertThatThrownBy(() -> audit.check(above))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("after 50 rounds the mixture's suboptimality");
  }

  /// A critic that answers 0 whatever the data say is worse than the truth by what the truth gains.
  @Test
  void theShortfallIsTheDistanceToTheTruth() {
    TabularCritic critic = critic(5_000, 2);
    Audit audit = new Audit(bandit, critic);
    double[][] nothing = new double[2][3];
    audit.round(1, mu, new Critic.Answer(nothing, critic.objective(mu, nothing), 0));
    assertThat(audit.shortfall())
        .isCloseTo(
            critic.objective(mu, nothing) - critic.objective(mu, bandit.reward()), within(1e-12))
        .isPositive();
  }

  /// Hellinger's distance of two Bernoulli distributions is never below k times the square of the difference of their logits.
  @Test
  void theCurvatureOfTheTheoremsBoundIsALowerBound() {
    double k = TheoremBound.curvature(2);
    double least = Double.POSITIVE_INFINITY;
    for (double z = -2; z <= 2; z += 0.05) {
      for (double w = -2; w < z - 1e-9; w += 0.05) {
        double p = Logistic.sigmoid(z);
        double q = Logistic.sigmoid(w);
        double hellinger = 1 - Math.sqrt(p * q) - Math.sqrt((1 - p) * (1 - q));
        least = Math.min(least, hellinger / (z - w) / (z - w));
      }
    }
    assertThat(k).isLessThanOrEqualTo(least).isGreaterThan(least / 2);
  }

  /// The maximum over s of C s - 2 lambda k s^2, the cover and the rounding, by hand at one point; and bestLambda is where their sum is least.
  @Test
  void theStatisticalTermsByHandAndAtTheirLeast() {
    double k = TheoremBound.curvature(2);
    double byHand =
        0.49 / (8 * k * 10) + 20 * (30 * Math.log(1000) + Math.log(20)) / 1000 + 22 / 1000.0;
    assertThat(TheoremBound.statistical(0.7, 30, 1000, 10, 2, 0.05))
        .isCloseTo(byHand, within(1e-12));
    double best = TheoremBound.bestLambda(0.7, 30, 1000, 2, 0.05);
    double least = TheoremBound.statistical(0.7, 30, 1000, best, 2, 0.05);
    assertThat(TheoremBound.statistical(0.7, 30, 1000, best * 1.01, 2, 0.05)).isGreaterThan(least);
    assertThat(TheoremBound.statistical(0.7, 30, 1000, best / 1.01, 2, 0.05)).isGreaterThan(least);
    assertThat(TheoremBound.regret(6, 800, 2))
        .isCloseTo(2 * Math.sqrt(Math.log(6) / 1600), within(1e-15));
  }
}
