package org.tramontane.cli.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.DpoLoss;
import org.tramontane.spac.train.AdamWOptions;
import org.tramontane.spac.train.LearningRateSchedule;
import org.tramontane.spac.train.OfflineTrainer;
import org.tramontane.spac.train.ReferenceCache;
import org.tramontane.spac.train.StatePart;
import org.tramontane.spac.train.TrainingInterrupted;
import org.tramontane.spac.train.TrainingLength;
import org.tramontane.spac.train.TrainingObserver;
import org.tramontane.spac.train.TrainingOptions;
import org.tramontane.spac.train.TrainingState;
import org.tramontane.spac.train.Warmup;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.Backends;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;

class RunCheckpointsTest {
  private static final Path OLD = Path.of("old");

  private final List<String> written = new ArrayList<>();
  private boolean stop;

  private TrainingState state(long saveSteps) {
    return new TrainingState(
        new RunCheckpoints(
            saveSteps,
            () -> stop,
            OLD,
            state -> {
              written.add("after " + state.steps());
              return Path.of("new");
            }));
  }

  @Test
  void stepsAndUnitsAreDue() {
    TrainingState state = state(2);
    state.pieceDone();
    state.poll();
    state.stepDone();
    assertThat(written).isEmpty();
    state.stepDone();
    state.pieceDone();
    state.unitDone();
    assertThat(written).containsExactly("after 2", "after 2");
  }

  @Test
  void aStopKeepsWhatIsNewAndNothingElse() {
    stop = true;
    assertThatThrownBy(() -> state(0).poll())
        .isInstanceOf(TrainingInterrupted.class)
        .hasMessageContaining("goes on from old");
    assertThat(written).isEmpty();
    assertThatThrownBy(() -> state(0).pieceDone())
        .isInstanceOf(TrainingInterrupted.class)
        .hasMessageContaining("goes on from new");
    assertThat(written).containsExactly("after 0");
  }

  /// A process that goes on and is stopped within the scoring has scored something; if that were lost each time, machines
  /// that are taken away often would never get further.
  @Test
  void whatIsScoredIsKeptAtAStop() {
    stop = true;
    MistralConfig config =
        MistralConfig.builder()
            .vocabSize(12)
            .hiddenSize(16)
            .intermediateSize(24)
            .layers(1)
            .heads(2, 1)
            .maxPositions(3000)
            .initializerRange(0.3)
            .build();
    List<PreferenceExample> pairs =
        IntStream.range(0, 2)
            .mapToObj(
                i -> PreferenceExample.of(new int[] {3 + i}, new int[1500], new int[1500 - i]))
            .toList();
    TrainingOptions options =
        new TrainingOptions(
            AdamWOptions.of(0.01),
            new LearningRateSchedule.Constant(Warmup.NONE),
            new TrainingLength.Steps(1),
            1,
            1,
            7);
    List<StatePart> kept = new ArrayList<>();
    TrainingState state =
        new TrainingState(
            new RunCheckpoints(
                0,
                () -> stop,
                OLD,
                now -> {
                  kept.add(now.parts().get("reference"));
                  return Path.of("new");
                }));
    try (Arena arena = Arena.ofShared();
        Backend backend = Backends.create("cpu", new BackendOptions(1, BackendOptions.Blas.JAVA))) {
      MistralModel policy = new MistralModel(MistralWeights.random(config, 1, arena), backend);
      OfflineTrainer trainer =
          new OfflineTrainer(
              policy,
              policy,
              new DpoLoss(0.1, 0),
              options,
              TrainingObserver.NONE,
              2000,
              state,
              ReferenceCache.NONE);
      assertThatThrownBy(() -> trainer.train(pairs)).isInstanceOf(TrainingInterrupted.class);
    }
    assertThat(kept).hasSize(1);
    // Two responses make a batch of up to 4,096 tokens.
    assertThat(kept.getFirst().doubles("log_probs"))
        .hasSize(4)
        .satisfies(sums -> assertThat(sums[0]).isNegative())
        .satisfies(
            sums -> assertThat(Arrays.stream(sums).filter(Double::isNaN).count()).isEqualTo(2));
  }
}
