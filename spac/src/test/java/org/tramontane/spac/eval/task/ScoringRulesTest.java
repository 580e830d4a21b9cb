package org.tramontane.spac.eval.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Decisions that were worked out by hand.
class ScoringRulesTest {
  private static List<Response> logProbs(double... values) {
    return Arrays.stream(values).<Response>mapToObj(Response.LogProb::new).toList();
  }

  private static Map<String, Double> choose(List<String> choices, int gold, double... values) {
    return new ChoiceDoc("q", choices, gold).score(logProbs(values));
  }

  private static double answer(String response, String gold) {
    return new MathDoc("q", gold)
        .score(List.of(new Response.Text(response)))
        .getOrDefault("acc", Double.NaN);
  }

  private static double answer(String response) {
    MathDoc doc = new MathDoc("q", "So it is 1,080.\n#### 1,080");
    return doc.score(List.of(new Response.Text(response))).getOrDefault("acc", Double.NaN);
  }

  @Test
  void theMostLikelyChoiceAndTheMostLikelyPerCharacter() {
    // Per character: -10 / 2 = -5, -12 / 4 = -3.
    assertThat(choose(List.of("ab", "abcd"), 1, -10, -12))
        .containsEntry("acc", 0.0)
        .containsEntry("acc_norm", 1.0);
    // The space before a choice is not counted: -4 / 1 against -9 / 3; with it, -4 / 2 would win
    // over -9 / 4.
    assertThat(choose(List.of("a", "abc"), 1, -4, -9)).containsEntry("acc_norm", 1.0);
  }

  @Test
  void ofEqualsTheFirst() {
    assertThat(choose(List.of("a", "b"), 0, -2, -2)).containsEntry("acc", 1.0);
    assertThat(choose(List.of("a", "b"), 1, -2, -2)).containsEntry("acc", 0.0);
    assertThat(choose(List.of("aa", "bbbb"), 1, -2, -4)).containsEntry("acc_norm", 0.0);
  }

  @Test
  void twoLetterAnswersAndCharactersBeyondTheBasicPlane() {
    assertThat(choose(List.of("No", "Si"), 1, -3, -2.9))
        .containsEntry("acc", 1.0)
        .containsEntry("acc_norm", 1.0);
    // One character each, although the first is two units of UTF-16: -2 against -1.5.
    assertThat(choose(List.of("\uD83D\uDE00", "a"), 0, -2, -1.5)).containsEntry("acc_norm", 0.0);
  }

  @Test
  void anEmptyChoiceLosesPerCharacter() {
    assertThat(choose(List.of("", "abc"), 1, -1, -30))
        .containsEntry("acc", 0.0)
        .containsEntry("acc_norm", 1.0);
    // numpy: 0 / 0 is NaN, and argmax takes the first NaN.
    assertThat(choose(List.of("ab", ""), 1, -1, 0)).containsEntry("acc_norm", 1.0);
  }

  @Test
  void mc2IsTheShareOfTrueAnswers() {
    TruthfulDoc doc = new TruthfulDoc("q", List.of("t", "f"), List.of("t", "t2", "f"), 2);
    double[] p = {0.5, 0.2, 0.5, 0.1, 0.4};
    Map<String, Double> metrics = doc.score(logProbs(Arrays.stream(p).map(Math::log).toArray()));
    assertThat(metrics.get("mc1")).isEqualTo(1.0);
    assertThat(metrics.get("mc2")).isCloseTo(0.6, within(1e-12));
    // The same shares where each probability is too small for a double.
    Map<String, Double> tiny =
        doc.score(logProbs(-2, -1, Math.log(0.5) - 900, Math.log(0.1) - 900, Math.log(0.4) - 900));
    assertThat(tiny.get("mc1")).isZero();
    assertThat(tiny.get("mc2")).isCloseTo(0.6, within(1e-12));
  }

  @Test
  void pronounsAreScoredByWhatFollows() {
    PronounDoc doc = new PronounDoc("Ann met Sue because ", List.of("Ann", "Sue"), "was late.", 1);
    assertThat(doc.requests("ex\n\n", Protocol.B281B09))
        .containsExactly(
            new Request.LogLikelihood("ex\n\nAnn met Sue because Ann", " was late."),
            new Request.LogLikelihood("ex\n\nAnn met Sue because Sue", " was late."));
    assertThat(doc.score(logProbs(-3, -2))).containsEntry("acc", 1.0);
    assertThat(doc.score(logProbs(-2, -2))).containsEntry("acc", 0.0);
  }

  @Test
  void numbersInAnswers() {
    assertThat(answer(" It is 1080.\n#### 1080")).isEqualTo(1);
    assertThat(answer("#### 1,080 eggs")).isEqualTo(1);
    assertThat(answer("#### 10,80")).isEqualTo(1); // commas are removed wherever they are
    assertThat(answer("#### 1080.")).isZero(); // compared as text
    assertThat(answer("#### 1080.0")).isZero();
    assertThat(answer("####1080")).isZero();
    assertThat(answer("1080")).isZero();
    assertThat(answer("#### 7\n#### 1080")).isZero(); // the first one counts
    assertThat(answer("")).isZero();
    assertThat(answer("#### -5", "#### -5")).isEqualTo(1);
    assertThatThrownBy(() -> new MathDoc("q", "no number")).hasMessageContaining("####");
  }

  @Test
  void answersEndAtTheirFirstStop() {
    Request.GreedyUntil until = new Request.GreedyUntil("c", List.of(":", "Question:", "Question"));
    assertThat(until.cut(" 1 Question: 2")).isEqualTo(" 1 ");
    assertThat(until.cut(" 1: Question")).isEqualTo(" 1");
    assertThat(until.cut(" 1")).isEqualTo(" 1");
    assertThat(new MathDoc("q", "#### 1").requests("", Protocol.V0_4_0))
        .containsExactly(
            new Request.GreedyUntil("Question: q\nAnswer:", List.of("\n\n", "Question:")));
  }
}
