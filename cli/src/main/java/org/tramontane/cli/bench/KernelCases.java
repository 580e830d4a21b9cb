package org.tramontane.cli.bench;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.tramontane.cli.bench.KernelCase.Call;
import org.tramontane.cli.bench.KernelCase.Operand;
import org.tramontane.cli.bench.KernelCase.Role;
import org.tramontane.tensor.AdamWStep;
import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.RopeTable;
import org.tramontane.tensor.Sequences;
import org.tramontane.tensor.Tensor;

/// Makes each kernel's [KernelCase] for given extents, with random operands that live as long as the arena.
///
/// Work is counted as follows. A matrix product of `[M, K]` and `[K, N]` is 2 M N K operations. Attention counts two such
/// products for the keys that causality lets a query see, its derivative five; log-probabilities count one, their
/// derivative three, as it computes the logits again. Everything else counts bytes.
public final class KernelCases {
  /// The three products of a linear layer `y = x W^T` for `[tokens, in]` and `[out, in]`.
  public enum Product {
    FORWARD,
    INPUT_GRADIENT,
    WEIGHT_GRADIENT
  }

  private static final float EPS = 1e-5f;

  /// Rows that a reference in plain loops can compute of a kernel that is linear in the rows, and of a heavy one.
  private static final int LIGHT = 8;

  private static final int HEAVY = 2;

  private final Arena arena;
  private final Operands operands;

  /// Cases whose operands `arena` owns.
  public KernelCases(Arena arena) {
    this.arena = arena;
    this.operands = new Operands(arena);
  }

  private Operand random(Role role, long... extents) {
    return new Operand(operands.random(extents), role);
  }

  private Operand zeros(Role role, long... extents) {
    return new Operand(operands.zeros(extents), role);
  }

  private static Operand positive(Operand operand) {
    for (long i = 0; i < operand.tensor().elements(); i++) {
      operand.tensor().set(i, 0.5f + Math.abs(operand.tensor().get(i)));
    }
    return operand;
  }

  private static int[] ids(int count, int bound) {
    return new SplittableRandom(3).ints(count, 0, bound).toArray();
  }

  private static int[] firstOf(int[] all, int count) {
    return IntStream.range(0, count).map(i -> all[i]).toArray();
  }

  private static KernelCase ofFlops(
      String name,
      String shape,
      double flops,
      List<Operand> operands,
      int rows,
      int sample,
      Call call) {
    return new KernelCase(name, shape, flops, 0, operands, rows, Math.min(sample, rows), call);
  }

  private static KernelCase ofBytes(
      String name,
      String shape,
      double bytes,
      List<Operand> operands,
      int rows,
      int sample,
      Call call) {
    return new KernelCase(name, shape, 0, bytes, operands, rows, Math.min(sample, rows), call);
  }

  private static String times(int... extents) {
    StringBuilder text = new StringBuilder();
    for (int extent : extents) {
      text.append(text.isEmpty() ? "" : "x").append(extent);
    }
    return text.toString();
  }

  /// One of the three products of a linear layer; F32.
  public KernelCase linear(Product product, int tokens, int out, int in) {
    Tensor x = operands.random(tokens, in);
    Tensor w = operands.random(out, in);
    Tensor y = operands.random(tokens, out);
    String shape = product + " " + times(tokens, out, in);
    double flops = 2.0 * tokens * out * in;
    return switch (product) {
      case FORWARD ->
          ofFlops(
              "matmul",
              shape,
              flops,
              List.of(
                  new Operand(x, Role.ROWS),
                  new Operand(w, Role.SHARED),
                  new Operand(y, Role.ROWS_OUT)),
              tokens,
              HEAVY,
              (kernels, t, rows) -> kernels.matmul(t[0], false, t[1], true, 1, 0, t[2]));
      case INPUT_GRADIENT ->
          ofFlops(
              "matmul",
              shape,
              flops,
              List.of(
                  new Operand(y, Role.ROWS),
                  new Operand(w, Role.SHARED),
                  new Operand(x, Role.ROWS_OUT)),
              tokens,
              HEAVY,
              (kernels, t, rows) -> kernels.matmul(t[0], false, t[1], false, 1, 0, t[2]));
      case WEIGHT_GRADIENT ->
          ofFlops(
              "matmul",
              shape,
              flops,
              List.of(
                  new Operand(y, Role.GRADIENT),
                  new Operand(x, Role.ROWS),
                  new Operand(w, Role.SHARED_OUT)),
              tokens,
              HEAVY,
              (kernels, t, rows) -> kernels.matmul(t[0], true, t[1], false, 1, 0, t[2]));
    };
  }

  /// A linear layer for one token; bound by reading the weight.
  public KernelCase row(DType dtype, int out, int in) {
    Tensor w = operands.random(dtype, out, in);
    return ofBytes(
        "matmul, one row, " + dtype,
        times(1, out, in),
        (double) w.byteSize(),
        List.of(
            random(Role.ROWS, 1, in), new Operand(w, Role.SHARED), zeros(Role.ROWS_OUT, 1, out)),
        1,
        1,
        (kernels, t, rows) -> kernels.matmul(t[0], false, t[1], true, 1, 0, t[2]));
  }

  /// `y += x`.
  public KernelCase add(int rows, int columns) {
    return ofBytes(
        "add",
        times(rows, columns),
        12.0 * rows * columns,
        List.of(random(Role.ROWS, rows, columns), random(Role.ROWS_OUT, rows, columns)),
        rows,
        LIGHT,
        (kernels, t, n) -> kernels.add(t[0], t[1]));
  }

  /// Dropout with p = 0.1.
  public KernelCase dropout(int rows, int columns) {
    return ofBytes(
        "dropout",
        times(rows, columns),
        8.0 * rows * columns,
        List.of(random(Role.ROWS, rows, columns), zeros(Role.ROWS_OUT, rows, columns)),
        rows,
        LIGHT,
        (kernels, t, n) -> kernels.dropout(t[0], 0.1f, 5, t[1]));
  }

  /// RMSNorm.
  public KernelCase rmsNorm(int rows, int columns) {
    return ofBytes(
        "rmsNorm",
        times(rows, columns),
        8.0 * rows * columns,
        List.of(
            random(Role.ROWS, rows, columns),
            random(Role.SHARED, columns),
            zeros(Role.ROWS_OUT, rows, columns),
            zeros(Role.ROWS_OUT, rows)),
        rows,
        LIGHT,
        (kernels, t, n) -> kernels.rmsNorm(t[0], t[1], EPS, t[2], t[3]));
  }

  /// RMSNorm with the residual addition.
  public KernelCase addRmsNorm(int rows, int columns) {
    return ofBytes(
        "addRmsNorm",
        times(rows, columns),
        16.0 * rows * columns,
        List.of(
            random(Role.ROWS, rows, columns),
            random(Role.ROWS, rows, columns),
            random(Role.SHARED, columns),
            zeros(Role.ROWS_OUT, rows, columns),
            zeros(Role.ROWS_OUT, rows, columns),
            zeros(Role.ROWS_OUT, rows)),
        rows,
        LIGHT,
        (kernels, t, n) -> kernels.addRmsNorm(t[0], t[1], t[2], EPS, t[3], t[4], t[5]));
  }

  /// RMSNorm's derivative, the weight's included.
  public KernelCase rmsNormBackward(int rows, int columns) {
    return ofBytes(
        "rmsNormBackward",
        times(rows, columns),
        16.0 * rows * columns,
        List.of(
            random(Role.GRADIENT, rows, columns),
            random(Role.ROWS, rows, columns),
            random(Role.SHARED, columns),
            positive(random(Role.ROWS, rows)),
            random(Role.ROWS_OUT, rows, columns),
            zeros(Role.SHARED_OUT, columns)),
        rows,
        LIGHT,
        (kernels, t, n) -> kernels.rmsNormBackward(t[0], t[1], t[2], t[3], t[4], t[5]));
  }

  /// The rotary embedding, in place.
  public KernelCase rope(int tokens, int heads, int headDim) {
    RopeTable table = RopeTable.create(arena, tokens, headDim, 10000);
    return ofBytes(
        "rope",
        times(tokens, heads * headDim),
        8.0 * tokens * heads * headDim,
        List.of(random(Role.ROWS_OUT, tokens, (long) heads * headDim)),
        tokens,
        LIGHT,
        (kernels, t, rows) -> kernels.rope(t[0], IntStream.range(0, rows).toArray(), table, false));
  }

  /// SwiGLU.
  public KernelCase swiGlu(int rows, int columns) {
    return ofBytes(
        "swiGlu",
        times(rows, columns),
        12.0 * rows * columns,
        List.of(
            random(Role.ROWS, rows, columns),
            random(Role.ROWS, rows, columns),
            zeros(Role.ROWS_OUT, rows, columns)),
        rows,
        LIGHT,
        (kernels, t, n) -> kernels.swiGlu(t[0], t[1], t[2]));
  }

  /// SwiGLU's derivative.
  public KernelCase swiGluBackward(int rows, int columns) {
    return ofBytes(
        "swiGluBackward",
        times(rows, columns),
        20.0 * rows * columns,
        List.of(
            random(Role.ROWS, rows, columns),
            random(Role.ROWS, rows, columns),
            random(Role.ROWS, rows, columns),
            zeros(Role.ROWS_OUT, rows, columns),
            zeros(Role.ROWS_OUT, rows, columns)),
        rows,
        LIGHT,
        (kernels, t, n) -> kernels.swiGluBackward(t[0], t[1], t[2], t[3], t[4]));
  }

  /// Looking up rows of an F32 table.
  public KernelCase embedding(int tokens, int vocabulary, int columns) {
    int[] ids = ids(tokens, vocabulary);
    return ofBytes(
        "embedding",
        times(tokens, vocabulary, columns),
        8.0 * tokens * columns,
        List.of(random(Role.SHARED, vocabulary, columns), zeros(Role.ROWS_OUT, tokens, columns)),
        tokens,
        LIGHT,
        (kernels, t, rows) -> kernels.embedding(firstOf(ids, rows), t[0], t[1]));
  }

  /// Its derivative.
  public KernelCase embeddingBackward(int tokens, int vocabulary, int columns) {
    int[] ids = ids(tokens, vocabulary);
    return ofBytes(
        "embeddingBackward",
        times(tokens, vocabulary, columns),
        12.0 * tokens * columns,
        List.of(
            random(Role.GRADIENT, tokens, columns), zeros(Role.SHARED_OUT, vocabulary, columns)),
        tokens,
        LIGHT,
        (kernels, t, rows) -> kernels.embeddingBackward(firstOf(ids, rows), t[0], t[1]));
  }

  /// Picking every row, the last first.
  public KernelCase gatherRows(int rows, int columns) {
    return ofBytes(
        "gatherRows",
        times(rows, columns),
        8.0 * rows * columns,
        List.of(random(Role.SHARED, rows, columns), zeros(Role.ROWS_OUT, rows, columns)),
        rows,
        LIGHT,
        (kernels, t, n) -> kernels.gatherRows(t[0], backwards(rows, n), t[1]));
  }

  /// Its derivative.
  public KernelCase scatterAddRows(int rows, int columns) {
    return ofBytes(
        "scatterAddRows",
        times(rows, columns),
        12.0 * rows * columns,
        List.of(random(Role.GRADIENT, rows, columns), zeros(Role.SHARED_OUT, rows, columns)),
        rows,
        LIGHT,
        (kernels, t, n) -> kernels.scatterAddRows(t[0], backwards(rows, n), t[1]));
  }

  private static int[] backwards(int rows, int count) {
    return IntStream.range(0, count).map(i -> rows - 1 - i).toArray();
  }

  private static AttentionShape shape(int heads, int kvHeads, int headDim) {
    return new AttentionShape(heads, kvHeads, headDim, AttentionShape.NO_WINDOW);
  }

  private static String heads(int heads, int kvHeads, int headDim, int keys) {
    return heads + " heads, " + kvHeads + " kv, D " + headDim + ", " + keys + " keys";
  }

  /// Operations of one of attention's products, for the keys that causality leaves.
  private static double product(int tokens, int heads, int headDim) {
    return 2.0 * heads * headDim * tokens * (tokens + 1.0) / 2;
  }

  /// Causal attention over one sequence.
  public KernelCase attention(int tokens, int heads, int kvHeads, int headDim) {
    AttentionShape shape = shape(heads, kvHeads, headDim);
    return ofFlops(
        "attention",
        heads(heads, kvHeads, headDim, tokens),
        2 * product(tokens, heads, headDim),
        List.of(
            random(Role.ROWS, tokens, (long) heads * headDim),
            random(Role.ROWS, tokens, (long) kvHeads * headDim),
            random(Role.ROWS, tokens, (long) kvHeads * headDim),
            zeros(Role.ROWS_OUT, tokens, (long) heads * headDim),
            zeros(Role.ROWS_OUT, tokens, heads)),
        tokens,
        LIGHT,
        (kernels, t, rows) ->
            kernels.attention(t[0], t[1], t[2], Sequences.ofLengths(rows), shape, t[3], t[4]));
  }

  /// Its derivative. What it takes of the forward pass is made up, of a plausible size: the formula and its cost are the same.
  public KernelCase attentionBackward(int tokens, int heads, int kvHeads, int headDim) {
    AttentionShape shape = shape(heads, kvHeads, headDim);
    return ofFlops(
        "attentionBackward",
        heads(heads, kvHeads, headDim, tokens),
        5 * product(tokens, heads, headDim),
        List.of(
            random(Role.GRADIENT, tokens, (long) heads * headDim),
            random(Role.ROWS, tokens, (long) heads * headDim),
            random(Role.ROWS, tokens, (long) kvHeads * headDim),
            random(Role.ROWS, tokens, (long) kvHeads * headDim),
            random(Role.ROWS, tokens, (long) heads * headDim),
            logOfKeys(tokens, heads),
            zeros(Role.ROWS_OUT, tokens, (long) heads * headDim),
            zeros(Role.ROWS_OUT, tokens, (long) kvHeads * headDim),
            zeros(Role.ROWS_OUT, tokens, (long) kvHeads * headDim)),
        tokens,
        LIGHT,
        (kernels, t, rows) ->
            kernels.attentionBackward(
                t[0],
                t[1],
                t[2],
                t[3],
                t[4],
                t[5],
                Sequences.ofLengths(rows),
                shape,
                t[6],
                t[7],
                t[8]));
  }

  /// The log of the softmax's denominator where all scores are 0.
  private Operand logOfKeys(int tokens, int heads) {
    Operand logs = zeros(Role.ROWS, tokens, heads);
    for (int token = 0; token < tokens; token++) {
      logs.tensor().rows(token, token + 1L).fill((float) Math.log(token + 1.0));
    }
    return logs;
  }

  /// Attention of one new token over a full cache.
  public KernelCase decodeAttention(int context, int heads, int kvHeads, int headDim) {
    AttentionShape shape = shape(heads, kvHeads, headDim);
    Operand keys = random(Role.SHARED, 1, context, (long) kvHeads * headDim);
    Operand values = random(Role.SHARED, 1, context, (long) kvHeads * headDim);
    return ofBytes(
        "decodeAttention",
        heads(heads, kvHeads, headDim, context),
        2.0 * keys.tensor().byteSize(),
        List.of(
            random(Role.ROWS, 1, (long) heads * headDim),
            keys,
            values,
            zeros(Role.ROWS_OUT, 1, (long) heads * headDim)),
        1,
        1,
        (kernels, t, rows) ->
            kernels.decodeAttention(
                t[0], t[1], t[2], new int[] {0}, new int[] {context - 1}, shape, t[3]));
  }

  /// Writing rows into a cache.
  public KernelCase cacheAppend(int rows, int context, int columns) {
    int[] positions = IntStream.range(0, rows).map(i -> i * 7 % context).toArray();
    return ofBytes(
        "cacheAppend",
        times(rows, columns),
        8.0 * rows * columns,
        List.of(random(Role.ROWS, rows, columns), zeros(Role.SHARED_OUT, 1, context, columns)),
        rows,
        rows,
        (kernels, t, n) -> kernels.cacheAppend(t[0], new int[n], positions, t[1]));
  }

  /// Log-probabilities of one next token per row.
  public KernelCase tokenLogProb(int rows, int vocabulary, int columns) {
    int[] targets = ids(rows, vocabulary);
    return ofFlops(
        "tokenLogProb",
        times(rows, vocabulary, columns),
        2.0 * rows * vocabulary * columns,
        List.of(
            random(Role.ROWS, rows, columns),
            scaled(random(Role.SHARED, vocabulary, columns)),
            zeros(Role.ROWS_OUT, rows),
            zeros(Role.ROWS_OUT, rows)),
        rows,
        HEAVY,
        (kernels, t, n) -> kernels.tokenLogProb(t[0], t[1], firstOf(targets, n), t[2], t[3]));
  }

  /// Their derivative, the head's included.
  public KernelCase tokenLogProbBackward(int rows, int vocabulary, int columns) {
    int[] targets = ids(rows, vocabulary);
    Operand logSumExp = zeros(Role.ROWS, rows);
    // Of a head this small all logits are near 0.
    logSumExp.tensor().fill((float) Math.log(vocabulary));
    return ofFlops(
        "tokenLogProbBackward",
        times(rows, vocabulary, columns),
        6.0 * rows * vocabulary * columns,
        List.of(
            random(Role.GRADIENT, rows),
            random(Role.ROWS, rows, columns),
            scaled(random(Role.SHARED, vocabulary, columns)),
            logSumExp,
            zeros(Role.ROWS_OUT, rows, columns),
            zeros(Role.SHARED_OUT, vocabulary, columns)),
        rows,
        HEAVY,
        (kernels, t, n) ->
            kernels.tokenLogProbBackward(t[0], t[1], t[2], firstOf(targets, n), t[3], t[4], t[5]));
  }

  /// A head whose logits are of ordinary size.
  private static Operand scaled(Operand head) {
    Tensor w = head.tensor();
    float factor = (float) (1 / Math.sqrt((double) w.columns()));
    for (long i = 0; i < w.elements(); i++) {
      w.set(i, w.get(i) * factor);
    }
    return head;
  }

  /// Each row's largest element.
  public KernelCase argMax(int rows, int columns) {
    return ofBytes(
        "argMax",
        times(rows, columns),
        4.0 * rows * columns,
        List.of(random(Role.ROWS, rows, columns), zeros(Role.ROWS_OUT, rows)),
        rows,
        LIGHT,
        (kernels, t, n) -> {
          int[] indices = kernels.argMax(t[0]);
          for (int i = 0; i < n; i++) {
            t[1].set(i, indices[i]);
          }
        });
  }

  /// A step of AdamW.
  public KernelCase adamW(int rows, int columns) {
    AdamWStep step = new AdamWStep(10, 1e-6, 0.9, 0.999, 1e-8, 0.1);
    return ofBytes(
        "adamW",
        times(rows, columns),
        28.0 * rows * columns,
        List.of(
            random(Role.ROWS_OUT, rows, columns),
            random(Role.ROWS, rows, columns),
            zeros(Role.ROWS_OUT, rows, columns),
            zeros(Role.ROWS_OUT, rows, columns)),
        rows,
        LIGHT,
        (kernels, t, n) -> kernels.adamW(t[0], t[1], t[2], t[3], step, 1));
  }

  /// The sum of all squares.
  public KernelCase sumOfSquares(int rows, int columns) {
    return ofBytes(
        "sumOfSquares",
        times(rows, columns),
        4.0 * rows * columns,
        List.of(random(Role.ROWS, rows, columns), zeros(Role.SHARED_OUT, 1)),
        rows,
        rows,
        (kernels, t, n) -> t[1].set(0, (float) kernels.sumOfSquares(t[0])));
  }
}
