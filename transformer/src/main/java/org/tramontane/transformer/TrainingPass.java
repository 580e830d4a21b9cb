package org.tramontane.transformer;

import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.RopeTable;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;

/// Forward and backward passes of a model in training.
///
/// Activations of each layer are kept from the forward pass to the backward pass, about
/// `4 T (4 C + 2 H D + 2 K D + 3 F)` bytes per layer; everything else is shared between layers. With gradient checkpointing
/// (Chen et al. 2016, arXiv 1604.06174) a layer keeps its input alone, `4 T C` bytes, and computes the rest again on the
/// way back: the same bits for about a third more arithmetic. The memory is used again by the next pass, and grows when a
/// batch is larger than any before.
///
/// For one thread at a time.
public final class TrainingPass implements AutoCloseable {

  private record Memory(
      List<LayerActivations> layers,
      MistralHead.Activations head,
      Tensor stream,
      LayerGradients layerGradients,
      Tensor dLogProb,
      Tensor dNorm,
      Tensor dRows) {
    static Memory allocate(
        Arena arena, MistralConfig config, boolean checkpointing, int tokens, int rows) {
      return new Memory(
          LayerActivations.kept(arena, config, checkpointing, tokens),
          MistralHead.Activations.allocate(arena, config, rows),
          Tensor.allocate(arena, tokens, config.hiddenSize()),
          LayerGradients.allocate(arena, config, tokens),
          Tensor.allocate(arena, rows),
          Tensor.allocate(arena, rows, config.hiddenSize()),
          Tensor.allocate(arena, rows, config.hiddenSize()));
    }

    Memory first(int tokens, int rows) {
      return new Memory(
          layers.stream().map(layer -> layer.first(tokens)).toList(),
          head.first(rows),
          Buffers.first(stream, tokens),
          layerGradients.first(tokens),
          Buffers.first(dLogProb, rows),
          Buffers.first(dNorm, rows),
          Buffers.first(dRows, rows));
    }
  }

  /// A forward pass whose derivative may be asked for.
  @SuppressWarnings("ArrayRecordComponent") // nobody compares steps
  private record Step(
      TokenBatch batch,
      int[] rows,
      int[] targets,
      int[] positions,
      RopeTable rope,
      Memory memory) {}

  /// Allocates what a pass of that size takes.
  static void measure(
      Arena arena, MistralConfig config, boolean gradientCheckpointing, int tokens, int rows) {
    Memory.allocate(arena, config, gradientCheckpointing, tokens, rows);
  }

  private final MistralModel model;
  private final MistralStack stack;
  private final MistralHead head;
  private final Buffers<Memory> buffers;
  private final boolean gradientCheckpointing;
  private @Nullable Step step;

  /// Passes through `model` that keep all activations.
  public TrainingPass(MistralModel model) {
    this(model, false);
  }

  /// Passes through `model`.
  ///
  /// @param gradientCheckpointing whether layers compute their activations again for the derivative
  public TrainingPass(MistralModel model, boolean gradientCheckpointing) {
    this.gradientCheckpointing = gradientCheckpointing;
    this.model = model;
    this.stack = new MistralStack(model);
    this.head = new MistralHead(model);
    this.buffers =
        new Buffers<>(
            (arena, tokens, rows) ->
                Memory.allocate(arena, model.config(), gradientCheckpointing, tokens, rows),
            Memory::first);
  }

  /// For each of `rows`, the log-probability of the token after it, as [MistralModel#logProbs] gives it; activations are
  /// kept for [#backward].
  ///
  /// @param rows one or more, strictly ascending, none the last of its sequence
  /// @throws UserError if an id is not in the vocabulary or a sequence too long
  public float[] forward(TokenBatch batch, int[] rows) {
    return forward(batch, rows, null);
  }

  /// As above, with the dropout of the model's adapter, if that has one.
  ///
  /// @param dropoutSeed names the pass: the same seed leaves the same elements out
  /// @throws UserError if an id is not in the vocabulary or a sequence too long
  public float[] forward(TokenBatch batch, int[] rows, long dropoutSeed) {
    return forward(batch, rows, Long.valueOf(dropoutSeed));
  }

  private float[] forward(TokenBatch batch, int[] rows, @Nullable Long dropoutSeed) {
    step = null;
    batch.requireFits(model.config());
    if (rows.length == 0) {
      throw new IllegalArgumentException("no rows; allowed: 1 or more");
    }
    int[] targets = batch.targets(rows);
    int[] positions = batch.sequences().positions();
    RopeTable rope = model.rope(batch.sequences().longest());
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
    head.forward(m.stream, rows, targets, m.head);
    step = new Step(batch, rows, targets, positions, rope, m);
    return m.head.logProb().toArray();
  }

  /// Adds dL/dparameter to `gradients`, given dL/d(log-probability) of each row of the last [#forward].
  ///
  /// It uses the activations up: there is one backward pass at most per forward pass.
  ///
  /// @param dLogProb one per row
  /// @param gradients F32, [Parameters#zerosLike] the model's [MistralModel#trainable]
  public void backward(float[] dLogProb, Parameters gradients) {
    ModelParameters own = requireKind(gradients, model);
    Step s = step;
    if (s == null) {
      throw new IllegalStateException("backward follows a forward, once");
    }
    step = null;
    Memory m = s.memory;
    Tensor dStream = m.stream;
    m.dLogProb.copyFrom(dLogProb);
    head.backward(m.dLogProb, s.rows, s.targets, m.head, m.dNorm, m.dRows, dStream, own);
    stack.backward(
        s.batch,
        s.positions,
        s.rope,
        m.layers::get,
        gradientCheckpointing,
        dStream,
        m.layerGradients,
        own);
  }

  /// `gradients` as those of `model`.
  ///
  /// @throws IllegalArgumentException if they are of another kind
  static ModelParameters requireKind(Parameters gradients, MistralModel model) {
    if (gradients instanceof ModelParameters own
        && own.getClass() == model.trainable().getClass()) {
      return own;
    }
    throw new IllegalArgumentException("gradients of another kind than what the model trains");
  }

  @Override
  public void close() {
    step = null;
    buffers.close();
    stack.close();
  }
}
