package org.tramontane.spac.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.tramontane.transformer.Parameters;

/// Everything that a training would need to go on after its process has ended, in named parts.
///
/// Whoever has state [keeps][#keep] a part of it, from where it comes into being to where it is [dropped][#drop], and
/// asks for what a former process left of it with [#take]. At borders, where all parts fit together, a [Keeper] may
/// write them down. Trainers know no more: not when that is, nor where to, nor in which format.
///
/// Parts are only described when the keeper asks; a border where nothing is due costs one call.
///
/// For the trainer's thread.
public final class TrainingState {
  /// Where a training is when its state is whole.
  public enum Border {
    /// A step of an optimiser was made.
    STEP,
    /// Something other than a step is done that took its time: a unit of sampling, frozen log-probabilities.
    UNIT,
    /// A piece of such a unit is done, too small to be kept by itself, but not to be lost where the training stops.
    PIECE,
    /// Nothing new is done: the state is as at the last border. A training that is asked to stop may do so here.
    POLL
  }

  /// Decides when state is written, and writes it.
  @FunctionalInterface
  public interface Keeper {
    /// Keeps nothing.
    Keeper NONE = (border, state) -> {};

    /// A training has come to a border.
    ///
    /// @throws TrainingInterrupted if it is to stop here
    void onBorder(Border border, TrainingState state);
  }

  private static final String COUNTERS = "training";
  private static final String WEIGHTS = "weights";

  private final Keeper keeper;
  private final Map<String, StatePart> restored = new LinkedHashMap<>();
  private final SequencedMap<String, Supplier<StatePart>> kept = new LinkedHashMap<>();
  private long steps;

  /// The state of a training that begins.
  public TrainingState(Keeper keeper) {
    this(keeper, Map.of());
  }

  /// The state of a training that goes on.
  ///
  /// @param restored the [#parts] that a former process has kept; empty for a training that begins
  public TrainingState(Keeper keeper, Map<String, StatePart> restored) {
    this.keeper = keeper;
    this.restored.putAll(restored);
    this.steps = take(COUNTERS).map(part -> part.longValue("steps")).orElse(0L);
  }

  /// The state of a training that nobody keeps.
  public static TrainingState unkept() {
    return new TrainingState(Keeper.NONE);
  }

  /// What a former process left of a part; once, because whoever takes it goes on from there.
  public Optional<StatePart> take(String part) {
    return Optional.ofNullable(restored.remove(part));
  }

  /// From now on `part` belongs to the state; it takes the place of one of the same name.
  public void keep(String part, Supplier<StatePart> description) {
    kept.put(part, description);
  }

  /// From now on `part` does not belong to the state.
  public void drop(String part) {
    kept.remove(part);
  }

  /// Keeps trained parameters, F32; what a former process left of them is copied into them first.
  public void keepParameters(String part, Parameters parameters) {
    take(part).ifPresent(left -> left.copyTo(WEIGHTS, parameters));
    keep(part, () -> new StatePart().putParameters(WEIGHTS, parameters));
  }

  /// Steps of all optimisers in all rounds so far.
  public long steps() {
    return steps;
  }

  /// Says that a step was made.
  public void stepDone() {
    steps++;
    keeper.onBorder(Border.STEP, this);
  }

  /// Says that a unit of other work was done.
  public void unitDone() {
    keeper.onBorder(Border.UNIT, this);
  }

  /// Says that a piece of a unit was done, which the state has from now on.
  public void pieceDone() {
    keeper.onBorder(Border.PIECE, this);
  }

  /// Says that nothing new is done, and the training may stop here if it has to.
  public void poll() {
    keeper.onBorder(Border.POLL, this);
  }

  /// Describes the state; parts of a former process that nobody has taken yet are still in it.
  public SequencedMap<String, StatePart> parts() {
    SequencedMap<String, StatePart> parts = new LinkedHashMap<>(restored);
    kept.forEach((name, description) -> parts.put(name, description.get()));
    parts.put(COUNTERS, new StatePart().putLongs("steps", steps));
    return parts;
  }
}
