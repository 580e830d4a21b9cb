package org.tramontane.spac.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tramontane.spac.data.Demonstration;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.AlignmentLoss;
import org.tramontane.spac.loss.AotLoss;
import org.tramontane.spac.loss.BcoLoss;
import org.tramontane.spac.loss.DpoLoss;
import org.tramontane.spac.loss.KtoLoss;
import org.tramontane.spac.loss.SimPoLoss;
import org.tramontane.spac.loss.SpinLoss;
import org.tramontane.spac.train.TrainingState.Border;
import org.tramontane.spac.train.checkpoint.StateFile;
import org.tramontane.transformer.LoraAdapter;
import org.tramontane.transformer.LoraConfig;
import org.tramontane.transformer.MistralModel;

/// A training that is stopped at any border, written to disk, and goes on in a fresh model gives the bits of one that was
/// not stopped.
class ResumeTest {
  @TempDir Path folder;

  /// Each way to train.
  enum Training {
    SFT {
      @Override
      void run(MistralModel policy, TrainingObserver observer, TrainingState state) {
        new SftTrainer(policy, OPTIONS, observer, state)
            .train(PAIRS.stream().map(PreferenceExample::chosen).toList());
      }
    },
    DPO {
      @Override
      void run(MistralModel policy, TrainingObserver observer, TrainingState state) {
        offline(policy, new DpoLoss(0.1, 0), observer, state);
      }
    },
    SIMPO {
      @Override
      void run(MistralModel policy, TrainingObserver observer, TrainingState state) {
        offline(policy, new SimPoLoss(2, 0.5, 0), observer, state);
      }
    },
    AOT {
      @Override
      void run(MistralModel policy, TrainingObserver observer, TrainingState state) {
        offline(policy, new AotLoss(true, 0.1, 0), observer, state);
      }
    },
    KTO {
      @Override
      void run(MistralModel policy, TrainingObserver observer, TrainingState state) {
        offline(policy, new KtoLoss(0.1, 1, 1), observer, state);
      }
    },
    BCO {
      @Override
      void run(MistralModel policy, TrainingObserver observer, TrainingState state) {
        offline(policy, new BcoLoss(0.1), observer, state);
      }
    },
    SPIN {
      @Override
      void run(MistralModel policy, TrainingObserver observer, TrainingState state) {
        spin(policy, false, observer, state);
      }
    },
    SPIN_KEEPING {
      @Override
      void run(MistralModel policy, TrainingObserver observer, TrainingState state) {
        spin(policy, true, observer, state);
      }
    },
    SPAC {
      @Override
      void run(MistralModel policy, TrainingObserver observer, TrainingState state) {
        new SelfPlayTrainer(policy, TinyWorld.SPAC, new SelfPlay(3, 5, 1), OPTIONS, observer, state)
            .train(PAIRS, policy);
      }
    },
    /// With an adapter and dropout.
    SPAC_LORA {
      @Override
      MistralModel policy(TinyWorld world, Arena arena) {
        MistralModel base = world.model(1);
        LoraConfig lora =
            new LoraConfig(
                2, 8, 0.25, false, LoraConfig.targets("targets", List.of("q_proj", "down_proj")));
        return base.withAdapter(LoraAdapter.random(lora, base.config(), 3, arena));
      }

      @Override
      void run(MistralModel policy, TrainingObserver observer, TrainingState state) {
        SPAC.run(policy, observer, state);
      }
    };

    private static final TrainingOptions OPTIONS = TinyWorld.options(2, 2, 3);
    private static final List<PreferenceExample> PAIRS = TinyWorld.pairs(7);

    MistralModel policy(TinyWorld world, Arena arena) {
      return world.model(1);
    }

    abstract void run(MistralModel policy, TrainingObserver observer, TrainingState state);

    private static void offline(
        MistralModel policy, AlignmentLoss loss, TrainingObserver observer, TrainingState state) {
      new OfflineTrainer(policy, policy, loss, OPTIONS, observer, 32, state, ReferenceCache.NONE)
          .train(PAIRS);
    }

    private static void spin(
        MistralModel policy, boolean keep, TrainingObserver observer, TrainingState state) {
      new SelfPlayTrainer(
              policy, new SpinLoss(0.1), new SelfPlay(3, 5, 1, keep), OPTIONS, observer, state)
          .trainOnDemonstrations(
              PAIRS.stream()
                  .map(pair -> new Demonstration(pair.promptIds(), pair.chosen()))
                  .toList(),
              policy);
    }
  }

  /// What a training leaves: rows of metrics, what rounds came to, and the parameters.
  private static final class Outcome implements TrainingObserver {
    final List<String> events = new ArrayList<>();
    List<float[]> parameters = List.of();

    @Override
    public void onStep(StepReport step) {
      events.add(step.row().toString());
    }

    @Override
    public void onRoundEnd(RoundReport round) {
      events.add(
          "%d of %d: %d, %s, %s, %d"
              .formatted(
                  round.round(),
                  round.rounds(),
                  round.steps(),
                  round.firstLoss(),
                  round.lastLoss(),
                  round.tokens()));
    }

    void finish(MistralModel policy) {
      parameters =
          policy.trainable().byName().values().stream().map(tensor -> tensor.toArray()).toList();
    }
  }

  /// Writes the state at border number `stop`, counted from 0, and stops there.
  private static final class Stop implements TrainingState.Keeper {
    private final Path file;
    private final int stop;
    private final boolean polls;
    int borders;

    Stop(Path file, int stop, boolean polls) {
      this.file = file;
      this.stop = stop;
      this.polls = polls;
    }

    @Override
    public void onBorder(Border border, TrainingState state) {
      boolean between = border == Border.POLL || border == Border.PIECE;
      if (between == polls && borders++ == stop) {
        StateFile.write(file, state.parts(), Map.of());
        throw new TrainingInterrupted("border " + stop);
      }
    }
  }

  /// One process: trains until it is done or stopped.
  ///
  /// @return whether it is done
  private static boolean process(
      Training training, Outcome outcome, TrainingState.Keeper keeper, Path left) {
    try (TinyWorld world = new TinyWorld();
        Arena arena = Arena.ofShared()) {
      MistralModel policy = training.policy(world, arena);
      SequencedMap<String, StatePart> parts =
          left.toFile().exists() ? StateFile.read(left, arena) : new LinkedHashMap<>();
      try {
        training.run(policy, outcome, new TrainingState(keeper, parts));
        outcome.finish(policy);
        return true;
      } catch (TrainingInterrupted e) {
        return false;
      }
    }
  }

  private Outcome uninterrupted(Training training) {
    Outcome outcome = new Outcome();
    assertThat(process(training, outcome, TrainingState.Keeper.NONE, folder.resolve("none")))
        .isTrue();
    return outcome;
  }

  @ParameterizedTest
  @EnumSource
  void atEveryBorder(Training training) {
    Outcome expected = uninterrupted(training);
    Path file = folder.resolve("state.safetensors");
    Outcome outcome = new Outcome();
    // Stops at the first border of each process, so that every border comes between two processes.
    int processes = 1;
    while (!process(training, outcome, new Stop(file, 0, false), file)) {
      processes++;
    }
    assertThat(processes).as("processes").isGreaterThan(3);
    assertSame(outcome, expected);
  }

  /// While tokens are drawn and batches scored, where nothing new is done yet.
  @ParameterizedTest
  @EnumSource(names = {"DPO", "KTO", "SPIN_KEEPING", "SPAC"})
  void betweenBorders(Training training) {
    Outcome expected = uninterrupted(training);
    for (int stop : new int[] {0, 1, 20, 60}) {
      Path file = folder.resolve(training + "." + stop);
      Outcome outcome = new Outcome();
      if (!process(training, outcome, new Stop(file, stop, true), file)) {
        assertThat(process(training, outcome, TrainingState.Keeper.NONE, file)).isTrue();
      }
      assertSame(outcome, expected);
    }
  }

  private static void assertSame(Outcome actual, Outcome expected) {
    // A round whose last step was made before the stop ends in the process after it; its steps are
    // not repeated.
    assertThat(actual.events).isEqualTo(expected.events);
    assertThat(actual.parameters).hasSameSizeAs(expected.parameters);
    for (int i = 0; i < expected.parameters.size(); i++) {
      assertThat(actual.parameters.get(i)).isEqualTo(expected.parameters.get(i));
    }
  }

  /// Units are drawn as a whole, and go on as if they had not been interrupted.
  @Test
  void samplingGoesOnByUnits() {
    try (TinyWorld world = new TinyWorld()) {
      MistralModel model = world.model(1);
      List<int[]> prompts = TinyWorld.pairs(10).stream().map(PreferenceExample::promptIds).toList();
      SelfPlay play = new SelfPlay(1, 6, 1);
      List<int[]> whole =
          new SelfPlaySampler(play, 5, TrainingObserver.NONE, TrainingState.unkept(), 4)
              .draw(1, prompts, model);
      int[] polls = {0};
      List<int[]> drawn = new ArrayList<>();
      List<Integer> sizes = new ArrayList<>();
      for (int stop : new int[] {3, 25, Integer.MAX_VALUE}) {
        polls[0] = 0;
        TrainingState state =
            new TrainingState(
                (border, kept) -> {
                  if (border == Border.POLL && polls[0]++ == stop) {
                    throw new TrainingInterrupted("token " + stop);
                  }
                });
        try {
          new SelfPlaySampler(play, 5, TrainingObserver.NONE, state, 4)
              .draw(1, prompts, model, drawn);
        } catch (TrainingInterrupted e) {
          sizes.add(drawn.size());
        }
      }
      assertThat(sizes).containsExactly(0, 4);
      assertThat(drawn).hasSize(10);
      IntStream.range(0, 10)
          .forEach(i -> assertThat(drawn.get(i)).as("response " + i).isEqualTo(whole.get(i)));
      // Units have seeds of their own.
      assertThat(whole.get(4)).isNotEqualTo(whole.get(0));
    }
  }

  /// A border costs a call: the state is not described unless the keeper asks.
  @Test
  void nothingIsDescribedUnlessAsked() {
    int[] described = {0};
    TrainingState state = new TrainingState((border, kept) -> {});
    state.keep(
        "part",
        () -> {
          described[0]++;
          return new StatePart();
        });
    state.stepDone();
    state.unitDone();
    state.poll();
    assertThat(described[0]).isZero();
    assertThat(state.parts()).containsKeys("part", "training");
    assertThat(described[0]).isOne();
  }

  @Test
  void anEmptyArrayHasNoFirstNumber() {
    StatePart part = new StatePart().putLongs("n").putDoubles("x");
    assertThatThrownBy(() -> part.longValue("n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the state has no integer called 'n'");
    assertThatThrownBy(() -> part.doubleValue("x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the state has no number called 'x'");
  }

  /// What a former process left stays in the state until somebody goes on from it.
  @Test
  void whatIsNotTakenIsKept() {
    StatePart left = new StatePart().putLongs("n", 3);
    TrainingState state = new TrainingState(TrainingState.Keeper.NONE, Map.of("later", left));
    assertThat(state.parts()).containsEntry("later", left);
    assertThat(state.take("later")).containsSame(left);
    assertThat(state.parts()).doesNotContainKey("later");
    assertThat(state.take("later")).isEmpty();
  }
}
