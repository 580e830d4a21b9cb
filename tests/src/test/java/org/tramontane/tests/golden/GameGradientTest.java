package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.CriticLoss;
import org.tramontane.spac.loss.PolicyFitLoss;
import org.tramontane.spac.loss.ResponseRewards;
import org.tramontane.spac.loss.RewardBound;
import org.tramontane.spac.train.AdamWOptions;
import org.tramontane.spac.train.Critic;
import org.tramontane.spac.train.CriticStep;
import org.tramontane.spac.train.DryRun;
import org.tramontane.spac.train.FrozenExample;
import org.tramontane.spac.train.LearningRateSchedule;
import org.tramontane.spac.train.PolicyStep;
import org.tramontane.spac.train.RewardedExample;
import org.tramontane.spac.train.TrainingLength;
import org.tramontane.spac.train.TrainingObserver;
import org.tramontane.spac.train.TrainingOptions;
import org.tramontane.spac.train.Warmup;
import org.tramontane.tensor.Tensor;
import org.tramontane.transformer.LinearModule;
import org.tramontane.transformer.LoraAdapter;
import org.tramontane.transformer.LoraConfig;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import org.tramontane.transformer.Parameters;
import org.tramontane.transformer.ValueModel;

/// The gradients of SPAC's critic step and policy step through a whole model, against finite differences of their losses.
class GameGradientTest extends ModelTest {
  private static final LoraConfig LORA = LoraConfig.of(3, 6, LinearModule.ofLayers());

  private final MistralConfig config = TinyModels.config().build();

  @ParameterizedTest
  @CsvSource({"false,4,1", "true,4,1", "false,1,4", "true,3,2"})
  void ofTheCriticStep(boolean low, int batchSize, int accumulation) {
    MistralWeights start = TinyModels.weights(config, 1, arena);
    ValueModel model =
        low
            ? ValueModel.onAdapter(new MistralModel(start, backend), LORA, 2, arena)
            : ValueModel.onCopyOf(start, backend, arena);
    randomise(model.trainable());
    // A head of this size has values beyond the bound, where the slope is far from 1.
    Critic critic = new Critic(model, new RewardBound(1.5));
    CriticStep step =
        new CriticStep(
            critic, new CriticLoss(0.8), options(batchSize, accumulation), TrainingObserver.NONE);
    List<PreferenceExample> examples = examples();
    Parameters gradients = model.trainable().zerosLike(arena);
    step.dryRun(examples, gradients);
    check(model.trainable(), gradients, () -> step.dryRun(examples));
  }

  @ParameterizedTest
  @CsvSource({"false,4,1,ALL", "true,4,1,ALL", "false,1,4,SELF", "true,3,2,PREFERENCE"})
  void ofThePolicyStep(boolean low, int batchSize, int accumulation, PolicyFitLoss.Pairs pairs) {
    MistralWeights start = TinyModels.weights(config, 1, arena);
    MistralModel policy = new MistralModel(start, backend);
    if (low) {
      LoraAdapter adapter = LoraAdapter.random(LORA, config, 2, arena);
      randomise(adapter);
      policy = policy.withAdapter(adapter);
    }
    MistralModel previous = new MistralModel(TinyModels.weights(config, 4, arena), backend);
    List<ResponseRewards> rewards =
        List.of(
            new ResponseRewards(1, -2, 0.5),
            new ResponseRewards(0.3, 2, -3),
            new ResponseRewards(-1, 1, 2),
            new ResponseRewards(0, 0, -1));
    List<RewardedExample> examples =
        RewardedExample.of(FrozenExample.score(previous, examples()), rewards);
    PolicyStep step =
        new PolicyStep(
            policy,
            new PolicyFitLoss(0.7, pairs),
            options(batchSize, accumulation),
            TrainingObserver.NONE);
    Parameters gradients = policy.trainable().zerosLike(arena);
    DryRun run = step.dryRun(examples, gradients);
    assertThat(run.loss()).isCloseTo(step.fit(examples).fitError(), within(1e-4 * run.loss()));
    assertThat(run.metrics().get("fit_unexplained"))
        .isCloseTo(step.fit(examples).unexplained(), within(1e-4));
    check(policy.trainable(), gradients, () -> step.dryRun(examples));
  }

  private List<PreferenceExample> examples() {
    List<PreferenceExample> examples = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      List<int[]> ids = TinyModels.sequences(config, 10 + i, 2 + i, 3, 1 + i, 4);
      examples.add(PreferenceExample.of(ids.get(0), ids.get(1), ids.get(2)).withSelf(ids.get(3)));
    }
    return examples;
  }

  private static TrainingOptions options(int batchSize, int accumulation) {
    return new TrainingOptions(
        AdamWOptions.of(1e-3),
        new LearningRateSchedule.Constant(Warmup.NONE),
        new TrainingLength.Steps(1),
        batchSize,
        accumulation,
        7);
  }

  private static void randomise(Parameters parameters) {
    SplittableRandom random = new SplittableRandom(3);
    parameters
        .byName()
        .forEach(
            (name, tensor) -> {
              if (name.contains("score") || name.contains("lora_B")) {
                for (long i = 0; i < tensor.elements(); i++) {
                  tensor.set(i, (float) random.nextDouble(-0.5, 0.5));
                }
              }
            });
  }

  /// Along the gradient itself the slope is the gradient's length, and less if it points anywhere else.
  private static void check(Parameters parameters, Parameters gradients, Supplier<DryRun> run) {
    parameters
        .byName()
        .forEach(
            (name, tensor) -> {
              float[] gradient = gradients.get(name).toArray();
              double length = length(gradient);
              assertThat(length).as(name).isPositive();
              // The loss is about as curved as it is steep, so steps are small where slopes are
              // large.
              double step = 3e-3 / Math.sqrt(1 + length);
              double up = loss(tensor, gradient, step / length, run);
              double down = loss(tensor, gradient, -step / length, run);
              assertThat((up - down) / (2 * step))
                  .as(name)
                  .isCloseTo(length, within(5e-3 * length + 2e-3));
            });
  }

  private static double loss(
      Tensor tensor, float[] direction, double factor, Supplier<DryRun> run) {
    float[] kept = tensor.toArray();
    for (int i = 0; i < kept.length; i++) {
      tensor.set(i, (float) (kept[i] + factor * direction[i]));
    }
    double loss = run.get().loss();
    tensor.copyFrom(kept);
    return loss;
  }

  private static double length(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}
