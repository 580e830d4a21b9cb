package org.tramontane.tensor.cpu.internal;

import jdk.incubator.vector.FloatVector;
import org.tramontane.tensor.AttentionShape;

/// One token's attention over a span of its ring cache, for all heads, in blocks with a running maximum and sum.
///
/// @param shape heads
/// @param q address of the token's query heads
/// @param keys address of its cache of keys
/// @param values address of its cache of values
/// @param places positions in a cache
/// @param result where to put the sums over values `[H, D]`, then a maximum and a sum of weights per head
/// @param room for the weights of a block
record DecodeSpan(
    AttentionShape shape, long q, long keys, long values, long places, long result, long room) {
  private static final int BLOCK = 256;

  /// Query heads whose scores are computed together.
  private static final int TILE = 4;

  static long resultFloats(AttentionShape shape) {
    return Scratch.lines((long) shape.heads() * (shape.headDim() + 2));
  }

  static long roomFloats(AttentionShape shape) {
    return (long) shape.heads() * BLOCK;
  }

  /// Attends to `count` positions from `first` on.
  void run(long first, long count) {
    Elementwise.zero(result, (long) shape.heads() * shape.headDim());
    for (int h = 0; h < shape.heads(); h++) {
      Lanes.set(maximum(shape, result, h), Float.NEGATIVE_INFINITY);
      Lanes.set(maximum(shape, result, h) + 4, 0);
    }
    long done = 0;
    while (done < count) {
      long place = (first + done) % places;
      int n = (int) Math.min(Math.min(BLOCK, count - done), places - place);
      scores(keys + place * stride(), n);
      for (int h = 0; h < shape.heads(); h++) {
        softmax(h, n);
      }
      addValues(values + place * stride(), n);
      done += n;
    }
  }

  /// Merges the results of a token's spans, scaled to their common maximum, into `out` `[H, D]`.
  static void merge(AttentionShape shape, long results, int spans, long out) {
    int headDim = shape.headDim();
    long bytes = 4 * resultFloats(shape);
    for (int h = 0; h < shape.heads(); h++) {
      float max = Float.NEGATIVE_INFINITY;
      for (int s = 0; s < spans; s++) {
        max = Math.max(max, Lanes.get(maximum(shape, results + s * bytes, h)));
      }
      float sum = 0;
      for (int s = 0; s < spans; s++) {
        long state = maximum(shape, results + s * bytes, h);
        sum = Math.fma(Exp.of(Lanes.get(state) - max), Lanes.get(state + 4), sum);
      }
      long target = out + 4L * h * headDim;
      Elementwise.zero(target, headDim);
      for (int s = 0; s < spans; s++) {
        long part = results + s * bytes;
        float weight = Exp.of(Lanes.get(maximum(shape, part, h)) - max) / sum;
        Elementwise.addScaled(weight, part + 4L * h * headDim, target, headDim);
      }
    }
  }

  private static long maximum(AttentionShape shape, long result, int h) {
    return result + 4 * ((long) shape.heads() * shape.headDim() + 2L * h);
  }

  /// Bytes from one position of a cache to the next.
  private long stride() {
    return 4L * shape.kvHeads() * shape.headDim();
  }

  private long weights(int h) {
    return room + 4L * h * BLOCK;
  }

  private void scores(long block, int n) {
    int headDim = shape.headDim();
    int group = shape.group();
    for (int j = 0; j < n; j++) {
      for (int kvHead = 0; kvHead < shape.kvHeads(); kvHead++) {
        long key = block + j * stride() + 4L * kvHead * headDim;
        int h = kvHead * group;
        int end = h + group;
        if (headDim % Lanes.COUNT == 0) {
          for (; h + TILE <= end; h += TILE) {
            scoreTile(q + 4L * h * headDim, key, headDim, weights(h) + 4L * j);
          }
        }
        for (; h < end; h++) {
          float dot = DotRows.dotF32(q + 4L * h * headDim, key, headDim);
          Lanes.set(weights(h) + 4L * j, dot * shape.scale());
        }
      }
    }
  }

  /// The scores of one key for four heads.
  private void scoreTile(long query, long key, int headDim, long target) {
    long q1 = query + 4L * headDim;
    long q2 = q1 + 4L * headDim;
    long q3 = q2 + 4L * headDim;
    FloatVector s0 = Lanes.zero();
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int d = 0; d < headDim; d += Lanes.COUNT) {
      FloatVector k = Lanes.load(key + 4L * d);
      s0 = k.fma(Lanes.load(query + 4L * d), s0);
      s1 = k.fma(Lanes.load(q1 + 4L * d), s1);
      s2 = k.fma(Lanes.load(q2 + 4L * d), s2);
      s3 = k.fma(Lanes.load(q3 + 4L * d), s3);
    }
    float scale = shape.scale();
    Lanes.set(target, scale * Lanes.sum(s0));
    Lanes.set(target + 4L * BLOCK, scale * Lanes.sum(s1));
    Lanes.set(target + 8L * BLOCK, scale * Lanes.sum(s2));
    Lanes.set(target + 12L * BLOCK, scale * Lanes.sum(s3));
  }

  /// Turns a head's scores into weights relative to the new maximum, and rescales what was summed before to it.
  private void softmax(int h, int n) {
    long state = maximum(shape, result, h);
    float before = Lanes.get(state);
    float max = Softmax.max(weights(h), n, before);
    float factor = Exp.of(before - max);
    float added = Softmax.exp(weights(h), n, max);
    if (factor != 1) {
      Elementwise.scale(factor, result + 4L * h * shape.headDim(), shape.headDim());
    }
    Lanes.set(state, max);
    Lanes.set(state + 4, Math.fma(Lanes.get(state + 4), factor, added));
  }

  private void addValues(long block, int n) {
    int headDim = shape.headDim();
    int j = 0;
    for (; j + 4 <= n; j += 4) {
      long row = block + j * stride();
      for (int h = 0; h < shape.heads(); h++) {
        long value = row + 4L * (h / shape.group()) * headDim;
        addFour(weights(h) + 4L * j, value, stride(), result + 4L * h * headDim, headDim);
      }
    }
    for (; j < n; j++) {
      long row = block + j * stride();
      for (int h = 0; h < shape.heads(); h++) {
        long value = row + 4L * (h / shape.group()) * headDim;
        float weight = Lanes.get(weights(h) + 4L * j);
        Elementwise.addScaled(weight, value, result + 4L * h * headDim, headDim);
      }
    }
  }

  /// `target += sum of weights[i] * value_i` for four values.
  private static void addFour(long weights, long value, long stride, long target, int n) {
    FloatVector w0 = Lanes.broadcast(Lanes.get(weights));
    FloatVector w1 = Lanes.broadcast(Lanes.get(weights + 4));
    FloatVector w2 = Lanes.broadcast(Lanes.get(weights + 8));
    FloatVector w3 = Lanes.broadcast(Lanes.get(weights + 12));
    int bound = (int) Lanes.bound(n);
    for (int d = 0; d < bound; d += Lanes.COUNT) {
      long v = value + 4L * d;
      FloatVector sum = Lanes.load(target + 4L * d);
      sum = w0.fma(Lanes.load(v), sum);
      sum = w1.fma(Lanes.load(v + stride), sum);
      sum = w2.fma(Lanes.load(v + 2 * stride), sum);
      sum = w3.fma(Lanes.load(v + 3 * stride), sum);
      Lanes.store(target + 4L * d, sum);
    }
    for (int d = bound; d < n; d++) {
      float sum = Lanes.get(target + 4L * d);
      for (int i = 0; i < 4; i++) {
        sum = Math.fma(Lanes.get(weights + 4L * i), Lanes.get(value + i * stride + 4L * d), sum);
      }
      Lanes.set(target + 4L * d, sum);
    }
  }
}
