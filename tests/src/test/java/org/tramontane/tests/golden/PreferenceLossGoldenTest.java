package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.tramontane.spac.loss.LossTerms;
import org.tramontane.spac.loss.SequenceLogProbs;
import org.tramontane.spac.loss.SpacLoss;

/// The losses as functions of the golden log-probabilities, without a model.
class PreferenceLossGoldenTest {
  private static final double F64 = 1e-12;

  @Test
  void valuesAndTerms() {
    List<PreferenceGoldens.Case> cases = PreferenceGoldens.cases();
    assertThat(cases).hasSize(8);
    for (PreferenceGoldens.Case golden : cases) {
      List<SequenceLogProbs> policy = PreferenceGoldens.logProbs("policy");
      List<SequenceLogProbs> frozen = PreferenceGoldens.logProbs(golden.frozen());
      double loss = 0;
      double critic = 0;
      double preference = 0;
      int n = policy.size();
      for (int i = 0; i < n; i++) {
        LossTerms terms = golden.loss().at(policy.get(i), frozen.get(i));
        loss += terms.loss() / n;
        critic += terms.criticTerm() / n;
        preference += terms.preferenceTerm() / n;
      }
      assertThat(loss).as(golden.name()).isCloseTo(golden.value("loss"), relative(golden, "loss"));
      if (golden.loss() instanceof SpacLoss) {
        assertThat(critic)
            .as("%s critic_term", golden)
            .isCloseTo(golden.value("critic_term"), relative(golden, "critic_term"));
        assertThat(preference)
            .as("%s preference_term", golden)
            .isCloseTo(golden.value("preference_term"), relative(golden, "preference_term"));
      }
    }
  }

  /// Log-probabilities of some 50 nats leave 1e-14 of rounding however small a loss is.
  private static Offset<Double> relative(PreferenceGoldens.Case golden, String key) {
    return within(F64 * Math.max(1, Math.abs(golden.value(key))));
  }
}
