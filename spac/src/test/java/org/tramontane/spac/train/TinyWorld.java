package org.tramontane.spac.train;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.SpacLoss;
import org.tramontane.spac.loss.SpacLoss.Critic;
import org.tramontane.spac.train.TrainingLength.Steps;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendOptions.Blas;
import org.tramontane.tensor.Backends;
import org.tramontane.tensor.Tensor;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;

/// A tiny model and tiny data that trainers are tested with.
final class TinyWorld implements AutoCloseable {
  static final SpacLoss SPAC = new SpacLoss(Critic.LOGSIG, false, 1, 1);

  private static final MistralConfig CONFIG =
      MistralConfig.builder()
          .vocabSize(32)
          .hiddenSize(16)
          .intermediateSize(24)
          .layers(2)
          .heads(2, 1)
          .maxPositions(32)
          .initializerRange(0.3)
          .build();

  private final Arena arena = Arena.ofShared();
  private final Backend backend = Backends.create("cpu", new BackendOptions(2, Blas.JAVA));

  /// A fresh model; the same seed gives the same weights.
  MistralModel model(long seed) {
    return new MistralModel(MistralWeights.random(CONFIG, seed, arena), backend);
  }

  /// Room for gradients.
  MistralWeights zeros() {
    return MistralWeights.zeros(CONFIG, arena);
  }

  static List<PreferenceExample> pairs(int count) {
    SplittableRandom random = new SplittableRandom(5);
    List<PreferenceExample> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pairs.add(PreferenceExample.of(ids(random, 1), ids(random, 2), ids(random, 2)));
    }
    return pairs;
  }

  private static int[] ids(SplittableRandom random, int least) {
    return random.ints(least + random.nextInt(5), 3, CONFIG.vocabSize()).toArray();
  }

  static TrainingOptions options(int batchSize, int accumulation, long steps) {
    return options(batchSize, accumulation, steps, 0.01);
  }

  static TrainingOptions options(int batchSize, int accumulation, long steps, double rate) {
    return new TrainingOptions(
        AdamWOptions.of(rate),
        new LearningRateSchedule.Constant(Warmup.NONE),
        new Steps(steps),
        batchSize,
        accumulation,
        7);
  }

  /// All parameters, one after the other.
  static float[] parameters(MistralModel model) {
    float[] all = new float[Math.toIntExact(model.weights().parameters())];
    int at = 0;
    for (Tensor tensor : model.weights().byName().values()) {
      float[] values = tensor.toArray();
      System.arraycopy(values, 0, all, at, values.length);
      at += values.length;
    }
    return all;
  }

  @Override
  public void close() {
    backend.close();
    arena.close();
  }
}
