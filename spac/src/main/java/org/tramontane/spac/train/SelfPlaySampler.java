package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.tramontane.transformer.GenerationOptions;
import org.tramontane.transformer.Generator;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Sampler;

/// Samples a response of pi_t to each prompt of a round, in units.
///
/// A sequence's tokens depend on its seed and number and, in the last bits of matrix products, on what is decoded
/// beside it. So units are what an interrupted round goes on from: each is drawn as a whole or not at all, and in the
/// same company every time.
final class SelfPlaySampler {
  /// Prompts of a unit: so many that the last sequences of a unit, which have nothing beside them, cost little.
  static final int UNIT = 1024;

  private final SelfPlay play;
  private final long seed;
  private final TrainingObserver observer;
  private final TrainingState state;
  private final int unit;

  SelfPlaySampler(SelfPlay play, long seed, TrainingObserver observer, TrainingState state) {
    this(play, seed, observer, state, UNIT);
  }

  /// @param unit prompts per unit
  SelfPlaySampler(
      SelfPlay play, long seed, TrainingObserver observer, TrainingState state, int unit) {
    this.play = play;
    this.seed = seed;
    this.observer = observer;
    this.state = state;
    this.unit = unit;
  }

  /// A response to each prompt.
  List<int[]> draw(int round, List<int[]> prompts, MistralModel previous) {
    List<int[]> drawn = new ArrayList<>();
    draw(round, prompts, previous, drawn);
    return drawn;
  }

  /// A response to each prompt, as far as there is none yet.
  ///
  /// @param drawn whole units, to which the missing ones are added, one by one
  /// @throws TrainingInterrupted if the state's keeper says so, also within a unit, of which then nothing is added
  void draw(int round, List<int[]> prompts, MistralModel previous, List<int[]> drawn) {
    SplittableRandom seeds = new SplittableRandom(seed + round);
    Progress progress = new Progress(round, prompts.size());
    for (int from = 0; from < prompts.size(); from += unit) {
      long unitSeed = seeds.nextLong();
      int to = Math.min(from + unit, prompts.size());
      if (drawn.size() < to) {
        progress.first = from;
        drawn.addAll(
            new Generator(previous)
                .generate(
                    prompts.subList(from, to),
                    GenerationOptions.of(previous.config(), play.maxNewTokens()),
                    new Sampler.Sampling(play.temperature(), 0, 1, 0, unitSeed),
                    progress));
        state.unitDone();
      }
    }
  }

  /// Tells the observer of each token.
  private final class Progress implements Generator.Listener {
    private final int round;
    private final int responses;
    private int first;
    private int begun;
    private long tokens;

    Progress(int round, int responses) {
      this.round = round;
      this.responses = responses;
    }

    @Override
    public void onToken(int sequence, int id) {
      begun = Math.max(begun, first + sequence + 1);
      observer.onSampling(round, begun, responses, ++tokens);
      state.poll();
    }
  }
}
