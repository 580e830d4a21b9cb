package org.tramontane.spac.theory.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.tramontane.spac.theory.Critic;

class FindingsTest {
  private static Experiment experiment(String name) {
    return Experiment.all(new Experiment.Size(true, 300)).stream()
        .filter(e -> e.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Curve curve(Findings findings, String method) {
    return findings.curves().stream()
        .filter(c -> c.method().equals(method))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void threadsDoNotMatter() {
    Experiment experiment = experiment("lambda");
    assertThat(Findings.of(experiment, 3, 2, false, done -> {}))
        .isEqualTo(Findings.of(experiment, 3, 1, false, done -> {}));
  }

  @Test
  void noSeedIsBothForTuningAndForReports() {
    Set<Long> reported = new HashSet<>();
    Set<Long> tuning = new HashSet<>();
    for (Experiment experiment : Experiment.all(Experiment.Size.of(false))) {
      for (int value = 0; value < 20; value++) {
        for (int repetition = 0; repetition < 50; repetition++) {
          reported.add(Seeds.of(Seeds.Purpose.REPORTED, experiment.name(), value, repetition));
          tuning.add(Seeds.of(Seeds.Purpose.TUNING, experiment.name(), value, repetition));
        }
      }
    }
    assertThat(reported).hasSize(11 * 20 * 50).doesNotContainAnyElementsOf(tuning);
  }

  /// The claim in small: where bad responses are hardly ever compared, data help SPAC-T and not the maximum of likelihood.
  @Test
  void inTheSparseCaseSpacImprovesAndGreedyDoesNot() {
    Findings findings = Findings.of(experiment("n-sparse"), 8, 2, false, done -> {});
    List<Curve.Point> spac = curve(findings, "SPAC-T").points();
    List<Curve.Point> greedy = curve(findings, "greedy MLE").points();
    assertThat(spac.getLast().mean()).isLessThan(0.4 * spac.getFirst().mean());
    assertThat(greedy.getLast().mean()).isGreaterThan(0.25);
    assertThat(spac.getLast().mean())
        .isLessThan(curve(findings, Findings.BEST_DPO).points().getLast().mean());
  }

  @Test
  void slopesOfAPowerLaw() {
    double[][] samples = new double[5][4];
    List<Double> values = Experiment.geometric(10, 100_000, 5);
    for (int i = 0; i < 5; i++) {
      for (int s = 0; s < 4; s++) {
        samples[i][s] = 3 / Math.sqrt(values.get(i));
      }
    }
    Curve curve =
        Curve.of("m", values, List.<double[][]>of(samples), Collections.nCopies(5, null), 1);
    assertThat(curve.slope()).isNotNull();
    assertThat(curve.slope().slope()).isCloseTo(-0.5, within(1e-12));
    assertThat(curve.slope().low()).isCloseTo(-0.5, within(1e-12));
  }

  @Test
  void intervalsHoldTheMeanAndNoSlopeIsMadeOfTwoPoints() {
    Curve curve =
        Curve.of(
            "m",
            List.of(1.0, 10.0),
            List.<double[][]>of(new double[][] {{1, 2, 3, 4}, {1, 1, 1, 1}}),
            Collections.nCopies(2, null),
            1);
    Curve.Point point = curve.points().getFirst();
    assertThat(point.mean()).isEqualTo(2.5);
    assertThat(point.low()).isBetween(1.0, 2.4);
    assertThat(point.high()).isBetween(2.6, 4.0);
    assertThat(curve.slope()).isNull();
  }

  /// Two candidates of the same trials: the best is chosen by its mean, and again in each resample, so that the interval reaches below both means.
  @Test
  void theBestInHindsightIsChosenAgainInEachResample() {
    double[][] one = {{1, 0, 1, 0, 1, 0}};
    double[][] other = {{0, 1, 0, 1, 0, 1.6}};
    List<Double> values = List.of(1.0);
    Curve best = Curve.of("b", values, List.of(one, other), Collections.nCopies(1, null), 1);
    Curve alone = Curve.of("b", values, List.<double[][]>of(one), Collections.nCopies(1, null), 1);
    assertThat(best.points().getFirst().mean()).isEqualTo(0.5);
    assertThat(best.points().getFirst().high()).isLessThan(alone.points().getFirst().high());
  }

  /// What the table says of a bound is asserted in each run; here that it gets to the table, and is above what came.
  @Test
  void theBoundsAreAboveWhatCame() {
    Findings findings = Findings.of(experiment("bound"), 4, 2, true, done -> {});
    List<Curve.Point> spac = curve(findings, "SPAC-T").points();
    for (int i = 0; i < spac.size(); i++) {
      double ofThisRun = curve(findings, "bound of this run (1)").points().get(i).mean();
      double before = curve(findings, "bound before the game (2)").points().get(i).mean();
      double theorem = curve(findings, "theorem, 95 %, lambda as played").points().get(i).mean();
      assertThat(spac.get(i).mean()).isLessThan(ofThisRun);
      assertThat(ofThisRun).isLessThan(before);
      assertThat(before).isLessThan(theorem);
      Game game = spac.get(i).game();
      assertThat(game).isNotNull();
      assertThat(game.residual()).isLessThanOrEqualTo(1e-8);
    }
    assertThat(findings.tuning()).isTrue();
  }

  @Test
  void aNetworksGameIsAuditedAndItsAnswersAreStationary() {
    Experiment small =
        new Experiment("n-neural", "", "n", List.of(200.0), experiment("n-neural").setting());
    Findings findings = Findings.of(small, 2, 2, true, done -> {});
    Game game = curve(findings, "SPAC-T, network").points().getFirst().game();
    assertThat(game).isNotNull();
    assertThat(game.certificate()).isEqualTo(Critic.Certificate.STATIONARITY);
    assertThat(game.residual()).isLessThanOrEqualTo(1e-6);
    assertThat(game.bound()).isFinite();
  }
}
