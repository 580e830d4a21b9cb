package org.tramontane.tensor.cpu.internal;

import jdk.incubator.vector.FloatVector;

/// The pieces of a softmax over contiguous floats.
final class Softmax {
  private Softmax() {}

  /// The largest of `n` floats and `start`; a NaN may be passed over, since [#exp] brings it back.
  static float max(long x, int n, float start) {
    float max = start;
    int bound = (int) Lanes.bound(n);
    if (bound > 0) {
      FloatVector m = Lanes.load(x);
      for (int i = Lanes.COUNT; i < bound; i += Lanes.COUNT) {
        m = Lanes.max(m, Lanes.load(x + 4L * i));
      }
      max = Math.max(max, Lanes.max(m));
    }
    for (int i = bound; i < n; i++) {
      max = Math.max(max, Lanes.get(x + 4L * i));
    }
    return max;
  }

  /// Column by column over `n` rows of one vector, `step` bytes apart: `max = the largest x or max`.
  static void maxima(long x, long step, int n, long max) {
    FloatVector m = Lanes.load(max);
    for (int i = 0; i < n; i++) {
      m = Lanes.max(m, Lanes.load(x + i * step));
    }
    Lanes.store(max, m);
  }

  /// Column by column over `n` rows of one vector, `step` bytes apart: `x = exp(x - max)` in place. `factor` holds the
  /// maximum before these rows came, and becomes `exp(factor - max)`; `sum = sum * factor + the new weights`.
  static void exp(long x, long step, int n, long max, long factor, long sum) {
    FloatVector m = Lanes.load(max);
    FloatVector total = Lanes.zero();
    for (int i = 0; i < n; i++) {
      FloatVector e = Exp.ofAtMostHighest(Lanes.load(x + i * step).sub(m));
      Lanes.store(x + i * step, e);
      total = total.add(e);
    }
    FloatVector f = Exp.ofAtMostHighest(Lanes.load(factor).sub(m));
    Lanes.store(factor, f);
    Lanes.store(sum, Lanes.load(sum).fma(f, total));
  }

  /// `x = exp(x - shift)` in place; returns the sum.
  static float exp(long x, int n, float shift) {
    FloatVector s = Lanes.broadcast(shift);
    FloatVector total = Lanes.zero();
    int bound = (int) Lanes.bound(n);
    for (int i = 0; i < bound; i += Lanes.COUNT) {
      FloatVector e = Exp.ofAtMostHighest(Lanes.load(x + 4L * i).sub(s));
      Lanes.store(x + 4L * i, e);
      total = total.add(e);
    }
    float sum = Lanes.sum(total);
    for (int i = bound; i < n; i++) {
      float e = Exp.of(Lanes.get(x + 4L * i) - shift);
      Lanes.set(x + 4L * i, e);
      sum += e;
    }
    return sum;
  }

  /// The sum of `exp(x - shift)`, leaving `x` as it is.
  static float sumExp(long x, int n, float shift) {
    FloatVector s = Lanes.broadcast(shift);
    FloatVector total = Lanes.zero();
    int bound = (int) Lanes.bound(n);
    for (int i = 0; i < bound; i += Lanes.COUNT) {
      total = total.add(Exp.ofAtMostHighest(Lanes.load(x + 4L * i).sub(s)));
    }
    float sum = Lanes.sum(total);
    for (int i = bound; i < n; i++) {
      sum += Exp.of(Lanes.get(x + 4L * i) - shift);
    }
    return sum;
  }

  /// `x = factor * exp(x - shift)` in place, where no `x - shift` is far above 0.
  static void scaledExp(long x, int n, float shift, float factor) {
    FloatVector s = Lanes.broadcast(shift);
    FloatVector f = Lanes.broadcast(factor);
    int bound = (int) Lanes.bound(n);
    for (int i = 0; i < bound; i += Lanes.COUNT) {
      Lanes.store(x + 4L * i, Exp.ofAtMostHighest(Lanes.load(x + 4L * i).sub(s)).mul(f));
    }
    for (int i = bound; i < n; i++) {
      Lanes.set(x + 4L * i, Exp.of(Lanes.get(x + 4L * i) - shift) * factor);
    }
  }

  /// `d = scale * p * (d - mean)` in place: the softmax's derivative, `mean` being `sum p d`.
  static void backward(long p, long d, int n, float mean, float scale) {
    FloatVector m = Lanes.broadcast(mean);
    FloatVector s = Lanes.broadcast(scale);
    int bound = (int) Lanes.bound(n);
    for (int i = 0; i < bound; i += Lanes.COUNT) {
      Lanes.store(d + 4L * i, Lanes.load(d + 4L * i).sub(m).mul(Lanes.load(p + 4L * i)).mul(s));
    }
    for (int i = bound; i < n; i++) {
      Lanes.set(d + 4L * i, (Lanes.get(d + 4L * i) - mean) * Lanes.get(p + 4L * i) * scale);
    }
  }
}
