package org.tramontane.spac.theory.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.tramontane.spac.theory.Audit;
import org.tramontane.spac.theory.Bandit;
import org.tramontane.spac.theory.NeuralCritic;
import org.tramontane.spac.theory.Policies;
import org.tramontane.spac.theory.SpacT;

/// Games of `n-neural` that a solver did not get through: Newton's method with projected steps stopped at the rounds named here, at projected gradients of up to
/// 3e-5, in a bent valley.
class NeuralGameTest {
  private static final String NAME = "n-neural";
  private static final int ROUNDS = 250;

  private final Experiment experiment =
      Experiment.all(Experiment.Size.of(false)).stream()
          .filter(e -> e.name().equals(NAME))
          .findFirst()
          .orElseThrow();

  /// Plays the first `rounds` of [#ROUNDS], as [Method#neural] does.
  private SpacT begin(Seeds.Purpose purpose, int value, int seed, int rounds) {
    double n = experiment.values().get(value);
    SplittableRandom random = Seeds.generator(purpose, NAME, value, seed);
    Experiment.Trial trial = experiment.setting().trial(n, random);
    SplittableRandom again = Seeds.generator(purpose, NAME, value, seed);
    Families.Neural family = Families.neural(again, (int) n);
    Bandit bandit = trial.bandit();
    assertThat(family.bandit().mu()).isDeepEqualTo(bandit.mu());
    NeuralCritic critic =
        new NeuralCritic(
            trial.data(),
            bandit.mu(),
            family.network(),
            Math.sqrt(trial.data().count()),
            Method.RESTARTS,
            Method.STATIONARY,
            new SplittableRandom(random.nextLong()));
    double eta = Math.sqrt(8 * Math.log(bandit.responses()) / ROUNDS) / (Method.HIGH - Method.LOW);
    return SpacT.play(
        critic,
        Policies.uniform(bandit.prompts(), bandit.responses()),
        eta,
        rounds,
        new Audit(bandit, critic));
  }

  /// The game that stopped the reported run.
  @Test
  void everyAnswerIsStationaryWhereTheReportedRunStopped() {
    SpacT game = begin(Seeds.Purpose.REPORTED, 7, 25, 50);
    assertThat(game.criticResidual()).isLessThanOrEqualTo(1e-6);
    assertThat(game.averageRegret()).isLessThanOrEqualTo(game.regretBound());
  }

  @Test
  void everyAnswerIsStationaryWhereTuningSeedsStopped() {
    assertThat(begin(Seeds.Purpose.TUNING, 7, 1, 28).criticResidual()).isLessThanOrEqualTo(1e-6);
    assertThat(begin(Seeds.Purpose.TUNING, 5, 20, 42).criticResidual()).isLessThanOrEqualTo(1e-6);
  }

  /// Here an eigenvalue routine gave up.
  @Test
  void noGameDependsOnEigenvalues() {
    assertThat(begin(Seeds.Purpose.TUNING, 5, 23, 250).criticResidual()).isLessThanOrEqualTo(1e-6);
  }
}
