package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.tramontane.tensor.AdamWStep;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.Backends;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import org.tramontane.transformer.TokenBatch;
import org.tramontane.transformer.TrainingPass;

/// Training on ND4J holds no more memory after hundreds of steps than after some, whatever the lengths of the
/// sequences.
class Nd4jMemoryTest {
  private static final int WARM_UP = 60;
  private static final int STEPS = 200;

  /// Records that are dropped but not yet freed: less than one of the arrays that a kernel works in.
  private static final long SLACK = 1 << 16;

  /// Of the process, whose heap breathes by some 80 MB meanwhile: for what ND4J's own books do not show.
  private static final long RESIDENT_SLACK = 200 << 20;

  @Test
  void stepsLeaveNothingBehind() {
    try (Backend backend = Backends.create("nd4j", BackendOptions.threads(2));
        Arena arena = Arena.ofShared()) {
      Steps steps = new Steps(backend, arena);
      steps.run(WARM_UP);
      Held before = Held.now();
      steps.run(STEPS);
      Held after = Held.now();
      assertThat(after.tracked())
          .as("bytes of JavaCPP")
          .isLessThanOrEqualTo(before.tracked() + SLACK);
      assertThat(after.arrays()).as("bytes of arrays").isLessThanOrEqualTo(before.arrays() + SLACK);
      assertThat(after.resident() - before.resident())
          .as("growth of the process in bytes")
          .isLessThan(RESIDENT_SLACK);
    }
  }

  /// What the process holds.
  record Held(long tracked, long arrays, long resident) {
    static Held now() {
      Held held = read();
      // What only waits to be freed does not count: collect until there is no less.
      for (int round = 0; round < 10; round++) {
        System.gc();
        try {
          Thread.sleep(50);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        Held next = read();
        if (round > 1 && next.tracked() >= held.tracked()) {
          return next;
        }
        held = next;
      }
      return held;
    }

    private static Held read() {
      return new Held(
          Pointer.totalBytes(),
          Nd4j.getMemoryManager().allocatedMemory(0),
          Pointer.physicalBytes());
    }
  }

  /// Training steps on sequences of ever other lengths.
  static final class Steps {
    private final Backend backend;
    private final MistralConfig config = TinyModels.config().build();
    private final MistralModel model;
    private final MistralWeights gradients;
    private final MistralWeights first;
    private final MistralWeights second;
    private final SplittableRandom random = new SplittableRandom(1);
    private long step;

    Steps(Backend backend, Arena arena) {
      this.backend = backend;
      model = new MistralModel(TinyModels.weights(config, 1, arena), backend);
      gradients = MistralWeights.zeros(config, arena);
      first = MistralWeights.zeros(config, arena);
      second = MistralWeights.zeros(config, arena);
    }

    void run(int count) {
      try (TrainingPass pass = new TrainingPass(model)) {
        for (int i = 0; i < count; i++) {
          step++;
          int[] lengths = random.ints(3, 2, 64).toArray();
          TokenBatch batch = TokenBatch.of(TinyModels.sequences(config, step, lengths));
          int[] rows = batch.predictingRows();
          gradients.byName().values().forEach(gradient -> gradient.fill(0));
          pass.forward(batch, rows);
          pass.backward(TinyModels.gradients(step, rows.length), gradients);
          AdamWStep scalars = new AdamWStep(step, 1e-4, 0.9, 0.999, 1e-8, 0.01);
          model
              .weights()
              .byName()
              .forEach(
                  (name, parameter) ->
                      backend
                          .kernels()
                          .adamW(
                              parameter,
                              gradients.get(name),
                              first.get(name),
                              second.get(name),
                              scalars,
                              1));
        }
      }
    }
  }
}
