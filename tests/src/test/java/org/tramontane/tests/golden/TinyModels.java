package org.tramontane.tests.golden;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralConfigBuilder;
import org.tramontane.transformer.MistralWeights;

/// Small random models and inputs for properties that need no golden.
final class TinyModels {
  private TinyModels() {}

  /// 2 layers, C = 24, 6 query and 2 key/value heads of size 6, a window of 5: nothing is a multiple of a vector.
  static MistralConfigBuilder config() {
    return MistralConfig.builder()
        .vocabSize(37)
        .hiddenSize(24)
        .intermediateSize(44)
        .layers(2)
        .heads(6, 2)
        .headDim(6)
        .slidingWindow(5)
        .maxPositions(64)
        .initializerRange(0.2);
  }

  /// Random weights whose norms are random too, since norms of 1 hide mistakes.
  static MistralWeights weights(MistralConfig config, long seed, Arena arena) {
    MistralWeights weights = MistralWeights.random(config, seed, arena);
    SplittableRandom random = new SplittableRandom(seed);
    weights.byName().values().stream()
        .filter(tensor -> tensor.shape().rank() == 1)
        .forEach(
            norm -> {
              for (long i = 0; i < norm.elements(); i++) {
                norm.set(i, (float) random.nextDouble(0.5, 1.5));
              }
            });
    return weights;
  }

  /// Random token sequences of the given lengths.
  static List<int[]> sequences(MistralConfig config, long seed, int... lengths) {
    SplittableRandom random = new SplittableRandom(seed);
    List<int[]> sequences = new ArrayList<>();
    for (int length : lengths) {
      sequences.add(random.ints(length, 3, config.vocabSize()).toArray());
    }
    return sequences;
  }

  /// Random gradients of log-probabilities.
  static float[] gradients(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] gradients = new float[count];
    for (int i = 0; i < count; i++) {
      gradients[i] = (float) random.nextDouble(-1, 1);
    }
    return gradients;
  }
}
