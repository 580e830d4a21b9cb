package org.tramontane.tensor.cpu.internal;

import jdk.incubator.vector.FloatVector;
import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.Tensor;

/// Attention of one new token per sequence over its ring cache.
///
/// One unit of work is one key/value head of one token. Keys and values are read once for all query heads of the group, in
/// blocks with a running maximum and sum; a block is small enough to stay in the innermost cache.
public final class Decode {
  private static final int BLOCK = 32;

  private final Threads threads;
  private final Scratch scratch;

  /// Decoding attention on `threads`.
  public Decode(Threads threads, Scratch scratch) {
    this.threads = threads;
    this.scratch = scratch;
  }

  /// Writes `out`.
  public void run(
      Tensor q,
      Tensor keys,
      Tensor values,
      int[] slots,
      int[] positions,
      AttentionShape shape,
      Tensor out) {
    long places = keys.shape().extent(1);
    long stride = keys.columns();
    int headDim = shape.headDim();
    int group = shape.group();
    threads.forEach(
        slots.length * shape.kvHeads(),
        (worker, unit) -> {
          int token = unit / shape.kvHeads();
          int kvHead = unit % shape.kvHeads();
          long head = 4 * ((long) token * shape.heads() + (long) kvHead * group) * headDim;
          long cache = 4 * (slots[token] * places * stride + (long) kvHead * headDim);
          Unit state =
              new Unit(
                  shape,
                  q.data().address() + head,
                  out.data().address() + head,
                  keys.data().address() + cache,
                  values.data().address() + cache,
                  4 * stride,
                  scratch.of(worker, group * (BLOCK + 2L)));
          int last = positions[token];
          long seen = Math.min(Math.min(shape.window(), places), last + 1L);
          state.run(last - seen + 1, seen, places);
        });
  }

  /// One key/value head of one token: addresses of its first query head, output, keys and values, and room for weights.
  private record Unit(
      AttentionShape shape, long q, long out, long keys, long values, long stride, long room) {

    void run(long firstPosition, long seen, long places) {
      int group = shape.group();
      Elementwise.zero(out, (long) group * shape.headDim());
      for (int h = 0; h < group; h++) {
        Lanes.set(maximum(h), Float.NEGATIVE_INFINITY);
        Lanes.set(sum(h), 0);
      }
      long done = 0;
      while (done < seen) {
        long place = (firstPosition + done) % places;
        int block = (int) Math.min(Math.min(BLOCK, seen - done), places - place);
        block(keys + place * stride, values + place * stride, block);
        done += block;
      }
      for (int h = 0; h < group; h++) {
        Elementwise.scale(1 / Lanes.get(sum(h)), outHead(h), shape.headDim());
      }
    }

    private long weights(int h) {
      return room + 4L * h * BLOCK;
    }

    private long maximum(int h) {
      return room + 4L * shape.group() * BLOCK + 8L * h;
    }

    private long sum(int h) {
      return maximum(h) + 4;
    }

    private long outHead(int h) {
      return out + 4L * h * shape.headDim();
    }

    /// Adds `n` keys and values that lie one after the other.
    private void block(long key, long value, int n) {
      int headDim = shape.headDim();
      for (int h = 0; h < shape.group(); h++) {
        long query = q + 4L * h * headDim;
        for (int j = 0; j < n; j++) {
          float score = DotRows.dotF32(query, key + j * stride, headDim) * shape.scale();
          Lanes.set(weights(h) + 4L * j, score);
        }
        float before = Lanes.get(maximum(h));
        float max = Softmax.max(weights(h), n, before);
        float factor = Exp.of(before - max);
        float added = Softmax.exp(weights(h), n, max);
        Lanes.set(maximum(h), max);
        Lanes.set(sum(h), Math.fma(Lanes.get(sum(h)), factor, added));
        addValues(value, n, weights(h), factor, outHead(h));
      }
    }

    /// `out = factor * out + sum_j weights[j] * value_j`.
    private void addValues(long value, int n, long weights, float factor, long target) {
      int headDim = shape.headDim();
      int bound = (int) Lanes.bound(headDim);
      for (int d = 0; d < bound; d += Lanes.COUNT) {
        FloatVector sum = Lanes.load(target + 4L * d).mul(factor);
        for (int j = 0; j < n; j++) {
          FloatVector w = Lanes.broadcast(Lanes.get(weights + 4L * j));
          sum = w.fma(Lanes.load(value + j * stride + 4L * d), sum);
        }
        Lanes.store(target + 4L * d, sum);
      }
      for (int d = bound; d < headDim; d++) {
        float sum = Lanes.get(target + 4L * d) * factor;
        for (int j = 0; j < n; j++) {
          float v = Lanes.get(value + j * stride + 4L * d);
          sum = Math.fma(Lanes.get(weights + 4L * j), v, sum);
        }
        Lanes.set(target + 4L * d, sum);
      }
    }
  }
}
