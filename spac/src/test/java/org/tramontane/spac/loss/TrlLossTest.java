package org.tramontane.spac.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tramontane.spac.loss.UnpairedLoss.CompletionTerms;

/// Every loss against TRL 1.13.0 itself, in F64 (torch 2.13.0, CPU).
///
/// The expected figures were printed by TRL's own code: `DPOTrainer._compute_loss` and `KTOTrainer._compute_loss` on
/// logits over two tokens whose log-softmax is the wanted log-probability, `BCOTrainer.bco_loss`,
/// `ORPOTrainer.odds_ratio_loss` and `CPOTrainer.cpo_loss` (with `Tensor.float` made the identity, because they narrow
/// to F32); derivatives by autograd with respect to the log-probability of a token, which is that of the sum.
///
/// This TRL's `sigmoid` ignores `label_smoothing`; so cDPO is tested by hand, in [PreferenceLossTest].
class TrlLossTest {
  private static final Offset<Double> F64 = within(1e-14);

  private static final double[] CHOSEN = {-10.5, -7.25, -20};
  private static final double[] REJECTED = {-12, -6.5, -18.75};
  private static final double[] REF_CHOSEN = {-11, -8.5, -19};
  private static final double[] REF_REJECTED = {-11.5, -6, -21};
  private static final int[] CHOSEN_TOKENS = {5, 3, 8};
  private static final int[] REJECTED_TOKENS = {6, 4, 7};
  private static final int N = 3;

  /// What TRL says of the three pairs: the mean loss and its derivatives.
  private static Arguments expect(
      AlignmentLoss loss, double value, double[] dChosen, double[] dRejected) {
    return Arguments.of(loss, value, dChosen, dRejected);
  }

  static List<Arguments> losses() {
    return List.of(
        expect(
            new DpoLoss(0.1, 0),
            0.7075532315715988,
            new double[] {-0.01583402708403533, -0.01521204375876404, -0.019351410160688656},
            new double[] {0.01583402708403533, 0.01521204375876404, 0.019351410160688656}),
        expect(
            new DpoLoss(0.3, 0),
            0.7713712998156071,
            new double[] {-0.04255574831883409, -0.03716838117046338, -0.07261149812607792},
            new double[] {0.042555748318834095, 0.03716838117046338, 0.07261149812607792}),
        expect(
            new RobustDpoLoss(0.3, 0.2),
            0.7880379664822739,
            new double[] {-0.07588908165216744, -0.07050171450379672, -0.10594483145941129},
            new double[] {0.07588908165216744, 0.07050171450379672, 0.10594483145941128}),
        expect(
            new HingeLoss(0.3),
            1.0500000000000003,
            new double[] {-0.1, -0.1, -0.1},
            new double[] {0.1, 0.1, 0.1}),
        expect(
            new IpoLoss(0.1),
            24.246866024187455,
            new double[] {-0.6422222222222221, -0.9907407407407406, -0.4538690476190477},
            new double[] {0.5351851851851851, 0.7430555555555555, 0.5187074829931974}),
        expect(
            new NcaPairLoss(0.3),
            1.4247952662734358,
            new double[] {-0.019385523198437567, -0.011100010006889531, -0.03616637752174884},
            new double[] {0.023128507732812522, 0.023128507732812522, 0.03313109185850413}),
        expect(
            new BcoPairLoss(0.3),
            1.442300161614939,
            new double[] {-0.046257015465625044, -0.04073334000459302, -0.05744425168116588},
            new double[] {0.046257015465625044, 0.046257015465625044, 0.06626218371700826}),
        expect(
            new SppoHardLoss(0.3),
            8.90277777777779,
            new double[] {-0.7777777777777778, -0.2777777777777778, -1.777777777777778},
            new double[] {0.7777777777777778, 0.7777777777777778, 2.6111111111111134}),
        expect(
            new AotLoss(true, 0.3, 0.1),
            0.7257345253564041,
            new double[] {-0.04374298453437495, -0.049266659995406976, -0.030733340004593046},
            new double[] {0.04374298453437496, 0.049266659995406976, 0.030733340004593043}),
        expect(
            new AotLoss(false, 0.3, 0.1),
            0.721555845575529,
            new double[] {-0.0325557483188341, -0.04744425168116592, -0.04374298453437495},
            new double[] {0.04374298453437496, 0.0325557483188341, 0.04744425168116592}),
        expect(
            new ApoZeroLoss(0.3),
            1.010702739332141,
            new double[] {-0.024859900667754297, -0.02414129012529524, -0.02444583116907458},
            new double[] {0.0248599006677543, 0.0248599006677543, 0.022355413807542707}),
        expect(
            new ApoDownLoss(0.3),
            1.0263367348799715,
            new double[] {0.00041406949867971166, 0.0007877945431604312, 0.004558629644130837},
            new double[] {0.024445831169074585, 0.023353495582134808, 0.01988720152494374}),
        expect(
            new OrpoLoss(0.1),
            0.08690238564266282,
            new double[] {-0.004016246774806336, -0.008716976291562326, -0.0020511929081558555},
            new double[] {0.0033967227136834075, 0.007414434077866941, 0.0023104321079320997}),
        expect(
            new SimPoLoss(2, 1, 0),
            1.7282633126663915,
            new double[] {-0.10246997113320236, -0.20661804625987715, -0.05461658631427213},
            new double[] {0.08539164261100196, 0.15496353469490787, 0.06241895578773958}),
        expect(
            new SimPoLoss(2, 1, 0.1),
            1.580723630126709,
            new double[] {-0.08913663779986901, -0.1843958240376549, -0.04628325298093879},
            new double[] {0.07428053149989085, 0.13829686802824118, 0.05289514626393005}));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void valueAndDerivativesAreTrls(
      AlignmentLoss loss, double value, double[] dChosen, double[] dRejected) {
    List<LossTerms> terms = terms(loss);
    assertThat(terms.stream().mapToDouble(LossTerms::loss).sum() / N).isCloseTo(value, F64);
    for (int i = 0; i < N; i++) {
      SequenceLogProbs gradient = terms.get(i).gradient();
      assertThat(gradient.chosen() / N).as("chosen %d", i).isCloseTo(dChosen[i], F64);
      assertThat(gradient.rejected() / N).as("rejected %d", i).isCloseTo(dRejected[i], F64);
    }
  }

  private static List<LossTerms> terms(AlignmentLoss loss) {
    return switch (loss) {
      case PreferenceLoss pair ->
          IntStream.range(0, N).mapToObj(i -> pair.at(policy(i), frozen(i), tokens(i))).toList();
      case AotLoss aot ->
          aot.at(
              List.of(policy(0), policy(1), policy(2)), List.of(frozen(0), frozen(1), frozen(2)));
      case UnpairedLoss unpaired -> throw new AssertionError(unpaired);
    };
  }

  private static SequenceLogProbs policy(int i) {
    return SequenceLogProbs.pair(CHOSEN[i], REJECTED[i]);
  }

  private static SequenceLogProbs frozen(int i) {
    return SequenceLogProbs.pair(REF_CHOSEN[i], REF_REJECTED[i]);
  }

  private static ResponseLengths tokens(int i) {
    return ResponseLengths.pair(CHOSEN_TOKENS[i], REJECTED_TOKENS[i]);
  }

  @Test
  void ktoIsTrls() {
    KtoLoss loss = new KtoLoss(0.3, 1.5, 0.75);
    // Means over six mismatched pairs of policy minus reference; TRL clamps the second to 0.
    double[] mismatched = {3.5 / 6, -6.0 / 6};
    double[] points = {0.5833333333333334, 0};
    double[] values = {0.5759173856221549, 0.5595567861887829};
    double[][] dChosen = {
      {-0.018747070617648763, -0.018563742953389497, -0.017730918751776095},
      {-0.01864492550081572, -0.01810596759397143, -0.018334373376805938}
    };
    double[][] dRejected = {
      {0.009131735142531598, 0.009131735142531598, 0.008812639207559791},
      {0.009322462750407861, 0.009322462750407861, 0.008383280177828514}
    };
    for (int k = 0; k < 2; k++) {
      double z0 = loss.referencePoint(mismatched[k]);
      assertThat(z0).isCloseTo(points[k], F64);
      assertUnpaired(loss, 1, z0, values[k], dChosen[k], dRejected[k]);
    }
  }

  @Test
  void bcoIsTrls() {
    BcoLoss loss = new BcoLoss(0.3);
    // Two steps with TRL's running mean: of the first step's rewards, then of both steps'
    // (log-probabilities doubled).
    assertUnpaired(
        loss,
        1,
        0.10000000000000002,
        0.7199737696550734,
        new double[] {-0.024375130175789482, -0.021584000826087597, -0.029934383005622598},
        new double[] {0.02189117495571009, 0.02189117495571009, 0.03199580483688671});
    assertUnpaired(
        loss,
        2,
        -1.7750000000000001,
        1.2397884512235149,
        new double[] {-0.03864711296983692, -0.025312483724975517, -0.049464070916753346},
        new double[] {0.006092642538480903, 0.020972884758967015, 0.002005871597902283});
  }

  /// The mean over the six responses and its derivatives, with the policy's log-probabilities times `scale`.
  private static void assertUnpaired(
      UnpairedLoss loss,
      double scale,
      double referencePoint,
      double value,
      double[] dChosen,
      double[] dRejected) {
    double sum = 0;
    for (int i = 0; i < N; i++) {
      CompletionTerms good = loss.at(true, scale * CHOSEN[i], REF_CHOSEN[i], referencePoint);
      CompletionTerms bad = loss.at(false, scale * REJECTED[i], REF_REJECTED[i], referencePoint);
      sum += good.loss() + bad.loss();
      assertThat(good.gradient() / (2 * N)).isCloseTo(dChosen[i], F64);
      assertThat(bad.gradient() / (2 * N)).isCloseTo(dRejected[i], F64);
    }
    assertThat(sum / (2 * N)).isCloseTo(value, F64);
  }

  /// With a reference, rewards and log-probabilities are of sums, IPO's too.
  @Test
  void metricsWithAReferenceAreTrls() {
    assertThat(mean(new IpoLoss(0.1), "rewards/chosen")).isCloseTo(0.024999999999999994, F64);
    assertThat(mean(new IpoLoss(0.1), "rewards/margins")).isCloseTo(-0.01666666666666679, F64);
    assertThat(mean(new IpoLoss(0.1), "logps/chosen")).isCloseTo(-12.583333333333334, F64);
    assertThat(mean(new SppoHardLoss(0.3), "rewards/rejected")).isCloseTo(0.12500000000000036, F64);
    assertThat(mean(new SppoHardLoss(0.3), "rewards/accuracies")).isCloseTo(2 / 3.0, F64);
  }

  /// Without one, of means per token.
  @Test
  void metricsWithoutAReferenceAreTrls() {
    OrpoLoss orpo = new OrpoLoss(0.1);
    assertThat(mean(orpo, "rewards/chosen")).isCloseTo(-0.2338888888888889, F64);
    assertThat(mean(orpo, "rewards/rejected")).isCloseTo(-0.21011904761904762, F64);
    assertThat(mean(orpo, "log_odds_ratio")).isCloseTo(-0.8690238564266283, F64);
    assertThat(mean(orpo, "log_odds_chosen")).isCloseTo(-0.27973332364677495, F64);
    assertThat(mean(new SimPoLoss(2, 1, 0), "rewards/rejected"))
        .isCloseTo(-4.2023809523809526, F64);
  }

  private static double mean(PreferenceLoss loss, String metric) {
    double sum = 0;
    for (int i = 0; i < N; i++) {
      SequencedMap<String, Double> metrics = loss.metrics(policy(i), frozen(i), tokens(i));
      sum += metrics.getOrDefault(metric, Double.NaN);
    }
    return sum / N;
  }
}
