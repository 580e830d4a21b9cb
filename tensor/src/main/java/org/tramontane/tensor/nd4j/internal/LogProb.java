package org.tramontane.tensor.nd4j.internal;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;

/// Token log-probabilities and their derivative: a block of rows visits the vocabulary in chunks, with a running
/// maximum and sum, so that logits are never whole.
public final class LogProb {
  /// Logits of a block of rows and a chunk of the vocabulary: 4 MiB.
  private static final long LOGITS = 1 << 20;

  /// Elements of a widened chunk of a BF16 or F16 head: 4 MiB.
  private static final long WIDENED = 1 << 20;

  private final Memory memory;
  private final RowSums rowSums;
  private final RunningSoftmax softmax;
  private final Rows rows;
  private final Scratch.Slot logits;
  private final Scratch.Slot wide;
  private final Scratch.Slot chosenLogits;
  private final Scratch.Slot targetRows;
  private final Scratch.Slot scaled;

  /// Log-probabilities on `memory`; `rows` looks up the targets' rows of the head.
  public LogProb(Memory memory, Scratch scratch, Rows rows) {
    this.memory = memory;
    rowSums = new RowSums(scratch);
    softmax = new RunningSoftmax(scratch);
    this.rows = rows;
    logits = scratch.slot();
    wide = scratch.slot();
    chosenLogits = scratch.slot();
    targetRows = scratch.slot();
    scaled = scratch.slot();
  }

  /// `logProb[i] = log softmax(x_i W^T)[targets[i]]`.
  public void forward(Tensor x, Tensor head, int[] targets, Tensor logProb, Tensor logSumExp) {
    long columns = head.columns();
    forBlocks(
        targets,
        (from, n, ids) -> {
          INDArray input = memory.of(x).matrix(from * columns, n, columns);
          INDArray result = memory.of(logProb).vector(from, n);
          forChunks(
              head,
              (first, width, weight) -> {
                INDArray logit = logits.matrix(n, width);
                Ops.product(1, input, false, weight, true, 0, logit);
                chooseTargets(ids, first, width, result);
                if (first == 0) {
                  softmax.first(logit);
                } else {
                  softmax.next(logit);
                }
              });
          INDArray lse = memory.of(logSumExp).vector(from, n);
          softmax.logSumExp(lse);
          Ops.subtract(result, lse, result);
        });
  }

  /// With `p_i = softmax(x_i W^T)`: `dX_i = g_i (W[target] - p_i W)`, and `dHead` is summed from `g x` in the same way.
  public void backward(
      Tensor dLogProb,
      Tensor x,
      Tensor head,
      int[] targets,
      Tensor logSumExp,
      Tensor dX,
      @Nullable Tensor dHead) {
    long columns = head.columns();
    forBlocks(
        targets,
        (from, n, ids) -> {
          INDArray input = memory.of(x).matrix(from * columns, n, columns);
          INDArray gradient = memory.of(dLogProb).vector(from, n);
          INDArray lse = memory.of(logSumExp).matrix(from, n, 1);
          INDArray result = memory.of(dX).matrix(from * columns, n, columns);
          INDArray gradientTimesInput = scaled.matrix(n, columns);
          Ops.scaleRows(input, gradient, gradientTimesInput);
          Ops.copy(targetRows(head, ids, n), result);
          forChunks(
              head,
              (first, width, weight) -> {
                INDArray p = logits.matrix(n, width);
                Ops.product(1, input, false, weight, true, 0, p);
                rowSums.exponentials(p, lse);
                Ops.product(-1, p, false, weight, false, 1, result);
                if (dHead != null) {
                  INDArray target = memory.of(dHead).matrix(first * columns, width, columns);
                  Ops.product(-1, p, true, gradientTimesInput, false, 1, target);
                }
              });
          Ops.scaleRows(result, gradient, result);
          if (dHead != null) {
            rows.scatterAdd(scaled.atLeast(0), ids, dHead);
          }
        });
  }

  /// Copies the logits of those targets that lie in the chunk of `width` ids from `first` on into `chosen`. They are
  /// taken from the logits that the denominator is summed from, so that a certain token has log-probability 0, not a
  /// rounding.
  private void chooseTargets(int[] ids, long first, long width, INDArray chosen) {
    int[] inside =
        IntStream.range(0, ids.length)
            .filter(i -> ids[i] >= first && ids[i] < first + width)
            .toArray();
    if (inside.length > 0) {
      int[] places =
          IntStream.of(inside).map(i -> Math.toIntExact(i * width + ids[i] - first)).toArray();
      INDArray values = chosenLogits.vector(inside.length);
      try (INDArray place = Ops.indices(places);
          INDArray row = Ops.indices(inside)) {
        Ops.gather(logits.atLeast(0).vector(0, ids.length * width), place, values);
        Ops.scatter(values, row, chosen);
      }
    }
  }

  /// The head's rows of the targets, in F32.
  private INDArray targetRows(Tensor head, int[] ids, long n) {
    INDArray result = targetRows.matrix(n, head.columns());
    rows.gather(head, ids, targetRows.atLeast(0));
    return result;
  }

  private interface Block {
    void run(long from, long n, int[] ids);
  }

  private interface Chunk {
    void run(long first, long width, INDArray weight);
  }

  private static void forBlocks(int[] targets, Block block) {
    for (int from = 0; from < targets.length; from += (int) Scratch.ROWS) {
      int n = (int) Math.min(Scratch.ROWS, targets.length - from);
      block.run(from, n, Arrays.copyOfRange(targets, from, from + n));
    }
  }

  private void forChunks(Tensor head, Chunk chunk) {
    long columns = head.columns();
    boolean narrow = head.dtype() != DType.F32;
    long step = LOGITS / Scratch.ROWS;
    if (narrow) {
      step = Math.clamp(WIDENED / Math.max(1, columns), 1, step);
    }
    for (long first = 0; first < head.rows(); first += step) {
      long width = Math.min(step, head.rows() - first);
      INDArray weight = memory.of(head).matrix(first * columns, width, columns);
      if (narrow) {
        INDArray widened = wide.matrix(width, columns);
        Ops.copy(weight, widened);
        weight = widened;
      }
      chunk.run(first, width, weight);
    }
  }
}
