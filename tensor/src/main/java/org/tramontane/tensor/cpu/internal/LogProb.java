package org.tramontane.tensor.cpu.internal;

import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;

/// Linear head, log-softmax and gather, and their derivative, over chunks of tokens and of the vocabulary.
///
/// One unit of work is one chunk of the vocabulary for a tile of tokens: its logits are one matrix product of at most
/// [#TOKENS] x [#CHUNK] floats. Forward, each unit leaves a maximum and a sum per token, which are merged in order.
/// Backward, each worker adds its chunks' share of dX to a tile of its own, and the tiles are added in order.
public final class LogProb {
  /// Tokens of a tile.
  private static final int TOKENS = 512;

  /// Vocabulary entries of a chunk, at most.
  private static final int CHUNK = 1024;

  private final Threads threads;
  private final Scratch scratch;
  private final Gemm gemm;

  /// Log-probabilities whose products `gemm` does.
  public LogProb(Threads threads, Scratch scratch, Gemm gemm) {
    this.threads = threads;
    this.scratch = scratch;
    this.gemm = gemm;
  }

  /// `logProb[i] = log softmax(x_i W^T)[targets[i]]`.
  public void forward(Tensor x, Tensor head, int[] targets, Tensor logProb, Tensor logSumExp) {
    int columns = Math.toIntExact(x.columns());
    int vocabulary = Math.toIntExact(head.rows());
    int chunk = chunk(vocabulary);
    int chunks = (vocabulary + chunk - 1) / chunk;
    long logits = Scratch.lines((long) Math.min(TOKENS, targets.length) * chunk);
    for (int start = 0; start < targets.length; start += TOKENS) {
      int tokens = Math.min(TOKENS, targets.length - start);
      int first = start;
      Matrix tile = Matrix.reading(x, false).from(start, 0);
      long maxima = scratch.shared((2L * chunks + 1L) * tokens);
      long sums = maxima + 4L * chunks * tokens;
      long wanted = sums + 4L * chunks * tokens;
      threads.forEach(
          chunks,
          (worker, unit) -> {
            long room = scratch.of(worker, logits + widened(head, chunk));
            int from = unit * chunk;
            int width = Math.min(chunk, vocabulary - from);
            Matrix weights = weights(head, from, width, room + 4 * logits);
            Matrix score = Matrix.at(room, width);
            gemm.multiply(tokens, width, columns, 1, tile, weights.transpose(), 0, score);
            for (int i = 0; i < tokens; i++) {
              long row = score.addressOf(i, 0);
              long place = 4 * ((long) unit * tokens + i);
              float max = Softmax.max(row, width, Float.NEGATIVE_INFINITY);
              Lanes.set(maxima + place, max);
              Lanes.set(sums + place, Softmax.sumExp(row, width, max));
              int target = targets[first + i] - from;
              if (target >= 0 && target < width) {
                Lanes.set(wanted + 4L * i, Lanes.get(row + 4L * target));
              }
            }
          });
      for (int i = 0; i < tokens; i++) {
        double total = merge(maxima + 4L * i, sums + 4L * i, chunks, 4L * tokens);
        long place = 4 * ((long) start + i);
        Lanes.set(logSumExp.data().address() + place, (float) total);
        Lanes.set(logProb.data().address() + place, (float) (Lanes.get(wanted + 4L * i) - total));
      }
    }
  }

  /// The log of the sum over all chunks.
  private static double merge(long maxima, long sums, int chunks, long stride) {
    float max = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < chunks; c++) {
      max = Math.max(max, Lanes.get(maxima + c * stride));
    }
    double sum = 0;
    for (int c = 0; c < chunks; c++) {
      sum += Lanes.get(sums + c * stride) * Math.exp(Lanes.get(maxima + c * stride) - max);
    }
    return max + Math.log(sum);
  }

  /// `dX = G W`, `dHead += G^T x` with `G_i = dLogProb[i] * (onehot(targets[i]) - softmax_i)`.
  public void backward(
      Tensor dLogProb,
      Tensor x,
      Tensor head,
      int[] targets,
      Tensor logSumExp,
      Tensor dX,
      @Nullable Tensor dHead) {
    int columns = Math.toIntExact(x.columns());
    int vocabulary = Math.toIntExact(head.rows());
    int chunk = chunk(vocabulary);
    int chunks = (vocabulary + chunk - 1) / chunk;
    int parts = threads.parts(chunks, 1);
    long logits = Scratch.lines((long) Math.min(TOKENS, targets.length) * chunk);
    for (int start = 0; start < targets.length; start += TOKENS) {
      int tokens = Math.min(TOKENS, targets.length - start);
      int first = start;
      Matrix tile = Matrix.reading(x, false).from(start, 0);
      Matrix gradient = Matrix.of(dX, false).from(start, 0);
      long tileFloats = Scratch.lines((long) tokens * columns);
      long partials = scratch.shared(tileFloats * (parts - 1L));
      threads.split(
          chunks,
          1,
          (worker, fromChunk, toChunk) -> {
            long room = scratch.of(worker, logits + widened(head, chunk));
            Matrix share =
                worker == 0
                    ? gradient
                    : Matrix.at(partials + 4 * tileFloats * (worker - 1), columns);
            for (int unit = (int) fromChunk; unit < toChunk; unit++) {
              int from = unit * chunk;
              int width = Math.min(chunk, vocabulary - from);
              Matrix weights = weights(head, from, width, room + 4 * logits);
              Matrix score = Matrix.at(room, width);
              gemm.multiply(tokens, width, columns, 1, tile, weights.transpose(), 0, score);
              for (int i = 0; i < tokens; i++) {
                int token = first + i;
                float g = Lanes.get(dLogProb.readOnlyData().address() + 4L * token);
                float shift = Lanes.get(logSumExp.readOnlyData().address() + 4L * token);
                long row = score.addressOf(i, 0);
                Softmax.scaledExp(row, width, shift, -g);
                int target = targets[token] - from;
                if (target >= 0 && target < width) {
                  long place = row + 4L * target;
                  Lanes.set(place, Lanes.get(place) + g);
                }
              }
              float beta = unit == fromChunk ? 0 : 1;
              gemm.multiply(tokens, columns, width, 1, score, weights, beta, share);
              if (dHead != null) {
                Matrix target = Matrix.of(dHead, false).from(from, 0);
                gemm.multiply(width, columns, tokens, 1, score.transpose(), tile, 1, target);
              }
            }
          });
      for (int part = 1; part < parts; part++) {
        long share = partials + 4 * tileFloats * (part - 1);
        long target = gradient.address();
        threads.split(
            (long) tokens * columns,
            1 << 14,
            (worker, from, to) -> Elementwise.add(share + 4 * from, target + 4 * from, to - from));
      }
    }
  }

  /// Chunks of the vocabulary: enough for all threads, and not so wide that the logits leave the cache.
  private int chunk(int vocabulary) {
    long share = (vocabulary + 2L * threads.count() - 1) / (2L * threads.count());
    return Math.clamp((share + 15) / 16 * 16, 16, CHUNK);
  }

  private static long widened(Tensor head, int chunk) {
    return head.dtype() == DType.F32 ? 0 : (long) chunk * head.columns();
  }

  /// Rows `from` to `from + width` of the head, widened at `room` if need be.
  private static Matrix weights(Tensor head, int from, int width, long room) {
    return Matrix.at(Widen.vector(head.rows(from, (long) from + width), room), head.columns());
  }
}
