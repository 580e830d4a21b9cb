package org.tramontane.transformer;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;

/// Values of completions under a [ValueModel], without a derivative, in packed batches of similar lengths as in [Scorer].
///
/// For one thread at a time.
public final class ValueScorer implements AutoCloseable {

  private record Memory(LayerActivations layer, ScalarHead.Activations head, Tensor stream) {
    static Memory allocate(Arena arena, MistralConfig config, int tokens, int rows) {
      return new Memory(
          LayerActivations.reused(arena, config, tokens),
          ScalarHead.Activations.allocate(arena, config, rows),
          Tensor.allocate(arena, tokens, config.hiddenSize()));
    }

    Memory first(int tokens, int rows) {
      return new Memory(layer.first(tokens), head.first(rows), Buffers.first(stream, tokens));
    }
  }

  /// Allocates what a batch of that size takes.
  static void measure(Arena arena, MistralConfig config, int tokens, int sequences) {
    Memory.allocate(arena, config, tokens, sequences);
  }

  private final ValueModel model;
  private final MistralStack stack;
  private final ScalarHead head;
  private final Buffers<Memory> buffers;

  /// A scorer with batches of up to [Scorer#DEFAULT_TOKEN_BUDGET] tokens.
  public ValueScorer(ValueModel model) {
    this.model = model;
    this.stack = new MistralStack(model.body());
    this.head = new ScalarHead(model);
    MistralConfig config = model.config();
    this.buffers =
        new Buffers<>(
            (arena, tokens, rows) -> Memory.allocate(arena, config, tokens, rows), Memory::first);
  }

  /// The value of each completion, prompt and response read together, in the order given.
  ///
  /// @throws UserError if an id is not in the vocabulary or a completion too long
  public double[] values(List<Completion> completions) {
    return values(completions, () -> {});
  }

  /// As above.
  ///
  /// @param afterBatch is called after each batch; what it throws ends this
  public double[] values(List<Completion> completions, Runnable afterBatch) {
    double[] values = new double[completions.size()];
    for (int[] members : Scorer.batches(completions, Scorer.DEFAULT_TOKEN_BUDGET)) {
      TokenBatch batch =
          TokenBatch.of(Arrays.stream(members).mapToObj(i -> completions.get(i).ids()).toList());
      float[] some = values(batch);
      for (int i = 0; i < members.length; i++) {
        values[members[i]] = some[i];
      }
      afterBatch.run();
    }
    return values;
  }

  private float[] values(TokenBatch batch) {
    batch.requireFits(model.config());
    int[] rows = batch.lastRows();
    Memory m = buffers.get(batch.tokens(), rows.length);
    stack.forward(
        batch.ids(),
        batch.sequences().positions(),
        model.body().rope(batch.sequences().longest()),
        i -> m.layer,
        stack.packed(batch.sequences()),
        m.stream,
        stream -> {});
    head.forward(m.stream, rows, m.head);
    return m.head.value().toArray();
  }

  @Override
  public void close() {
    buffers.close();
    stack.close();
  }
}
