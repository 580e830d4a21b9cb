package org.tramontane.transformer;

import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.RopeTable;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;

/// Forward and backward passes of a [ValueModel] in training; [TrainingPass] says what of a batch is kept meanwhile.
///
/// For one thread at a time.
public final class ValuePass implements AutoCloseable {

  private record Memory(
      List<LayerActivations> layers,
      ScalarHead.Activations head,
      Tensor stream,
      LayerGradients layerGradients,
      Tensor dValue,
      Tensor dNorm,
      Tensor dRows) {
    static Memory allocate(
        Arena arena, MistralConfig config, boolean checkpointing, int tokens, int rows) {
      return new Memory(
          LayerActivations.kept(arena, config, checkpointing, tokens),
          ScalarHead.Activations.allocate(arena, config, rows),
          Tensor.allocate(arena, tokens, config.hiddenSize()),
          LayerGradients.allocate(arena, config, tokens),
          Tensor.allocate(arena, rows, 1),
          Tensor.allocate(arena, rows, config.hiddenSize()),
          Tensor.allocate(arena, rows, config.hiddenSize()));
    }

    Memory first(int tokens, int rows) {
      return new Memory(
          layers.stream().map(layer -> layer.first(tokens)).toList(),
          head.first(rows),
          Buffers.first(stream, tokens),
          layerGradients.first(tokens),
          Buffers.first(dValue, rows),
          Buffers.first(dNorm, rows),
          Buffers.first(dRows, rows));
    }
  }

  /// A forward pass whose derivative may be asked for.
  @SuppressWarnings("ArrayRecordComponent") // nobody compares steps
  private record Step(
      TokenBatch batch, int[] rows, int[] positions, RopeTable rope, Memory memory) {}

  /// Allocates what a pass of that size takes.
  static void measure(
      Arena arena, MistralConfig config, boolean gradientCheckpointing, int tokens, int sequences) {
    Memory.allocate(arena, config, gradientCheckpointing, tokens, sequences);
  }

  private final ValueModel model;
  private final MistralStack stack;
  private final ScalarHead head;
  private final Buffers<Memory> buffers;
  private final boolean gradientCheckpointing;
  private @Nullable Step step;

  /// Passes through `model`.
  ///
  /// @param gradientCheckpointing whether layers compute their activations again for the derivative
  public ValuePass(ValueModel model, boolean gradientCheckpointing) {
    this.model = model;
    this.gradientCheckpointing = gradientCheckpointing;
    this.stack = new MistralStack(model.body());
    this.head = new ScalarHead(model);
    MistralConfig config = model.config();
    this.buffers =
        new Buffers<>(
            (arena, tokens, rows) ->
                Memory.allocate(arena, config, gradientCheckpointing, tokens, rows),
            Memory::first);
  }

  /// The value of each sequence, read at its last token; activations are kept for [#backward].
  ///
  /// @throws UserError if an id is not in the vocabulary or a sequence too long
  public float[] forward(TokenBatch batch) {
    return forward(batch, null);
  }

  /// As above, with the dropout of the model's adapter, if that has one.
  ///
  /// @param dropoutSeed names the pass: the same seed leaves the same elements out
  /// @throws UserError if an id is not in the vocabulary or a sequence too long
  public float[] forward(TokenBatch batch, long dropoutSeed) {
    return forward(batch, Long.valueOf(dropoutSeed));
  }

  private float[] forward(TokenBatch batch, @Nullable Long dropoutSeed) {
    step = null;
    batch.requireFits(model.config());
    int[] rows = batch.lastRows();
    int[] positions = batch.sequences().positions();
    RopeTable rope = model.body().rope(batch.sequences().longest());
    Memory m = buffers.get(batch.tokens(), rows.length);
    stack.begin(dropoutSeed);
    stack.forward(
        batch.ids(),
        positions,
        rope,
        m.layers::get,
        stack.packed(batch.sequences()),
        m.stream,
        stream -> {});
    head.forward(m.stream, rows, m.head);
    step = new Step(batch, rows, positions, rope, m);
    return m.head.value().toArray();
  }

  /// Adds dL/dparameter to `gradients`, given dL/dvalue of each sequence of the last [#forward].
  ///
  /// It uses the activations up: there is one backward pass at most per forward pass.
  ///
  /// @param dValue one per sequence
  /// @param gradients F32, [Parameters#zerosLike] the model's [ValueModel#trainable]
  public void backward(float[] dValue, Parameters gradients) {
    if (!(gradients instanceof ValueParameters own)) {
      throw new IllegalArgumentException("gradients of another kind than what the model trains");
    }
    ModelParameters body = TrainingPass.requireKind(own.body(), model.body());
    Step s = step;
    if (s == null) {
      throw new IllegalStateException("backward follows a forward, once");
    }
    step = null;
    Memory m = s.memory;
    Tensor dStream = m.stream;
    m.dValue.copyFrom(dValue);
    head.backward(m.dValue, s.rows, m.head, m.dNorm, m.dRows, dStream, own);
    stack.backward(
        s.batch,
        s.positions,
        s.rope,
        m.layers::get,
        gradientCheckpointing,
        dStream,
        m.layerGradients,
        body);
  }

  @Override
  public void close() {
    step = null;
    buffers.close();
    stack.close();
  }
}
