package org.tramontane.transformer;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;

/// Forward passes without a derivative, in memory that is used again by the next pass and by every layer.
///
/// For one thread at a time.
public final class InferencePass implements AutoCloseable {

  private record Memory(LayerActivations layer, MistralHead.Activations head, Tensor stream) {
    static Memory allocate(Arena arena, MistralConfig config, int tokens, int rows) {
      return new Memory(
          LayerActivations.reused(arena, config, tokens),
          MistralHead.Activations.allocate(arena, config, rows),
          Tensor.allocate(arena, tokens, config.hiddenSize()));
    }

    Memory first(int tokens, int rows) {
      return new Memory(layer.first(tokens), head.first(rows), Buffers.first(stream, tokens));
    }
  }

  /// Queries, keys, values and results of a tree's paths.
  private record Paths(Tensor q, Tensor k, Tensor v, Tensor attended, Tensor logSumExp) {
    static Paths allocate(Arena arena, MistralConfig config, int tokens) {
      AttentionShape shape = config.attentionShape();
      return new Paths(
          Tensor.allocate(arena, tokens, config.queryWidth()),
          Tensor.allocate(arena, tokens, config.keyValueWidth()),
          Tensor.allocate(arena, tokens, config.keyValueWidth()),
          Tensor.allocate(arena, tokens, config.queryWidth()),
          Tensor.allocate(arena, tokens, shape.heads()));
    }

    Paths first(int tokens) {
      return new Paths(
          Buffers.first(q, tokens),
          Buffers.first(k, tokens),
          Buffers.first(v, tokens),
          Buffers.first(attended, tokens),
          Buffers.first(logSumExp, tokens));
    }
  }

  /// Allocates what a pass of that size takes, with the logits of `logitRows` rows.
  static void measure(Arena arena, MistralConfig config, int tokens, int rows, int logitRows) {
    Memory.allocate(arena, config, tokens, rows);
    Tensor.allocate(arena, logitRows, config.vocabSize());
  }

  /// Allocates what a tree's paths take beside that, if they are of so many tokens.
  static void measurePaths(Arena arena, MistralConfig config, int tokens) {
    Paths.allocate(arena, config, tokens);
  }

  private final MistralModel model;
  private final Kernels kernels;
  private final AttentionShape shape;
  private final MistralStack stack;
  private final MistralHead head;
  private final Buffers<Memory> buffers;
  private final Buffers<Tensor> logits;
  private final Buffers<Paths> paths;

  /// Passes through `model`.
  public InferencePass(MistralModel model) {
    this.model = model;
    this.kernels = model.backend().kernels();
    this.shape = model.config().attentionShape();
    this.stack = new MistralStack(model);
    this.head = new MistralHead(model);
    MistralConfig config = model.config();
    this.buffers =
        new Buffers<>(
            (arena, tokens, rows) -> Memory.allocate(arena, config, tokens, rows), Memory::first);
    this.logits =
        new Buffers<>(
            (arena, tokens, rows) -> Tensor.allocate(arena, rows, config.vocabSize()),
            (tensor, tokens, rows) -> Buffers.first(tensor, rows));
    this.paths =
        new Buffers<>(
            (arena, tokens, rows) -> Paths.allocate(arena, config, tokens),
            (tensors, tokens, rows) -> tensors.first(tokens));
  }

  /// For each of `rows`, the log-probability of the token after it, `log softmax(logits[row])[ids[row + 1]]`.
  ///
  /// @param rows strictly ascending, none the last of its sequence
  /// @throws UserError if an id is not in the vocabulary or a sequence too long
  public float[] logProbs(TokenBatch batch, int[] rows) {
    int[] targets = batch.targets(rows);
    if (rows.length == 0) {
      return new float[0];
    }
    Memory m = packed(batch, rows.length, stream -> {});
    head.forward(m.stream, rows, targets, m.head);
    return m.head.logProb().toArray();
  }

  /// For each of `rows` of a tree, the log-probability of the target beside it, `log softmax(logits[row])[target]`.
  ///
  /// @param rows any, also several times
  /// @param targets as many token ids
  /// @throws UserError if an id is not in the vocabulary or a sequence too long
  float[] logProbs(PrefixTree tree, int[] rows, int[] targets) {
    TokenBatch.requireFits(tree.ids(), tree.paths().longest(), model.config());
    Memory m = buffers.get(tree.ids().length, rows.length);
    stack.forward(
        tree.ids(),
        tree.positions(),
        model.rope(tree.paths().longest()),
        i -> m.layer,
        tree.isPlain() ? stack.packed(tree.paths()) : along(tree),
        m.stream,
        stream -> {});
    head.forward(m.stream, rows, targets, m.head);
    return m.head.logProb().toArray();
  }

  /// Attention along each path of a tree: queries, keys and values are copied to where the path's rows lie one after the
  /// other, and each row takes the result of its first copy. All copies of a row have the same result.
  private MistralLayer.Attention along(PrefixTree tree) {
    Paths p = paths.get(tree.paths().tokens(), 0);
    return (layer, a) -> {
      kernels.gatherRows(a.q(), tree.pathRows(), p.q);
      kernels.gatherRows(a.k(), tree.pathRows(), p.k);
      kernels.gatherRows(a.v(), tree.pathRows(), p.v);
      kernels.attention(p.q, p.k, p.v, tree.paths(), shape, p.attended, p.logSumExp);
      kernels.gatherRows(p.attended, tree.firstOccurrence(), a.attended());
    };
  }

  /// [MistralModel#logits].
  float[] logits(TokenBatch batch) {
    return logits(batch, IntStream.range(0, batch.tokens()).toArray()).toArray();
  }

  /// [MistralModel#hiddenStates].
  List<float[]> hiddenStates(TokenBatch batch) {
    List<float[]> states = new ArrayList<>();
    Memory m = packed(batch, batch.tokens(), stream -> states.add(stream.toArray()));
    states.add(m.stream.toArray());
    head.normalise(m.stream, IntStream.range(0, batch.tokens()).toArray(), m.head);
    states.add(m.head.norm().toArray());
    return states;
  }

  /// The logits of `rows`, `[N, V]`, valid until the next pass.
  private Tensor logits(TokenBatch batch, int[] rows) {
    Memory m = packed(batch, rows.length, stream -> {});
    return logits(m, rows);
  }

  private Tensor logits(Memory m, int[] rows) {
    Tensor result = logits.get(0, rows.length);
    head.logits(m.stream, rows, m.head, result);
    return result;
  }

  private Memory packed(TokenBatch batch, int rows, Consumer<Tensor> observer) {
    return run(batch, rows, stack.packed(batch.sequences()), observer);
  }

  private Memory run(
      TokenBatch batch, int rows, MistralLayer.Attention attention, Consumer<Tensor> observer) {
    batch.requireFits(model.config());
    Memory m = buffers.get(batch.tokens(), rows);
    stack.forward(
        batch.ids(),
        batch.sequences().positions(),
        model.rope(batch.sequences().longest()),
        i -> m.layer,
        attention,
        m.stream,
        observer);
    return m;
  }

  /// Reads whole prompts into the cache; the logits after each, `[B, V]`, valid until the next pass.
  ///
  /// @param slots for each sequence of the batch the cache that takes it
  public Tensor prefill(TokenBatch batch, int[] slots, KvCache cache) {
    int count = batch.sequences().count();
    int[] lastRows = new int[count];
    int[] rowSlots = new int[batch.tokens()];
    for (int b = 0; b < count; b++) {
      lastRows[b] = batch.sequences().offset(b + 1) - 1;
      for (int row = batch.sequences().offset(b); row <= lastRows[b]; row++) {
        rowSlots[row] = slots[b];
      }
    }
    int[] positions = batch.sequences().positions();
    MistralLayer.Attention within = stack.packed(batch.sequences());
    MistralLayer.Attention attention =
        (layer, a) -> {
          within.attend(layer, a);
          kernels.cacheAppend(a.k(), rowSlots, positions, cache.keys(layer));
          kernels.cacheAppend(a.v(), rowSlots, positions, cache.values(layer));
        };
    return logits(run(batch, count, attention, stream -> {}), lastRows);
  }

  /// One more token for each of N sequences; the logits after each, `[N, V]`, valid until the next pass.
  ///
  /// @param slots the cache of each
  /// @param positions of each token in its sequence
  public Tensor decode(int[] ids, int[] slots, int[] positions, KvCache cache) {
    MistralLayer.Attention attention =
        (layer, a) -> {
          kernels.cacheAppend(a.k(), slots, positions, cache.keys(layer));
          kernels.cacheAppend(a.v(), slots, positions, cache.values(layer));
          kernels.decodeAttention(
              a.q(), cache.keys(layer), cache.values(layer), slots, positions, shape, a.attended());
        };
    int last = IntStream.of(positions).max().orElseThrow();
    Memory m = buffers.get(ids.length, ids.length);
    stack.forward(
        ids, positions, model.rope(last + 1), i -> m.layer, attention, m.stream, stream -> {});
    return logits(m, IntStream.range(0, ids.length).toArray());
  }

  @Override
  public void close() {
    buffers.close();
    logits.close();
    paths.close();
    stack.close();
  }
}
