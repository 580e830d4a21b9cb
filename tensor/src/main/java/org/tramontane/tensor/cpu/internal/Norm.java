package org.tramontane.tensor.cpu.internal;

import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Tensor;

/// RMSNorm and its derivative, row by row.
public final class Norm {
  /// The cube of a smaller number is denormal in F32 and loses its bits; that of a row whose numbers are about 1e12.
  private static final float TINY = 1e-12f;

  private static final long GRAIN = 1 << 14;

  private final Threads threads;
  private final Scratch scratch;

  /// Norms on `threads`.
  public Norm(Threads threads, Scratch scratch) {
    this.threads = threads;
    this.scratch = scratch;
  }

  /// `out = weight * x * r(x)`.
  public void forward(Tensor x, Tensor weight, float eps, Tensor out, Tensor inverseRms) {
    long columns = x.columns();
    long w = Widen.vector(weight, scratch.shared(columns));
    long px = x.data().address();
    long po = out.data().address();
    long pr = inverseRms.data().address();
    threads.split(
        x.rows(),
        grain(columns),
        (worker, from, to) -> {
          float squares = squares(px + 4 * from * columns, columns);
          for (long row = from; row < to; row++) {
            long offset = 4 * row * columns;
            float r = inverseRms(squares, columns, eps);
            Lanes.set(pr + 4 * row, r);
            long next = px + 4 * Math.min(row + 1, to - 1) * columns;
            squares = scale(px + offset, w, r, po + offset, columns, next);
          }
        });
  }

  /// `sum = x + delta`, `out = weight * sum * r(sum)`.
  public void addForward(
      Tensor x, Tensor delta, Tensor weight, float eps, Tensor sum, Tensor out, Tensor inverseRms) {
    long columns = x.columns();
    long w = Widen.vector(weight, scratch.shared(columns));
    long px = x.data().address();
    long pd = delta.data().address();
    long ps = sum.data().address();
    long po = out.data().address();
    long pr = inverseRms.data().address();
    threads.split(
        x.rows(),
        grain(columns),
        (worker, from, to) -> {
          for (long row = from; row < to; row++) {
            long offset = 4 * row * columns;
            float squares = addAndSquares(px + offset, pd + offset, ps + offset, columns);
            float r = inverseRms(squares, columns, eps);
            Lanes.set(pr + 4 * row, r);
            scale(ps + offset, w, r, po + offset, columns, ps + offset);
          }
        });
  }

  /// `dX += r * (g - x * r^2 * mean(g * x))` with `g = dOut * weight`; `dWeight += sum of dOut * x * r`.
  public void backward(
      Tensor dOut,
      Tensor x,
      Tensor weight,
      Tensor inverseRms,
      Tensor dX,
      @Nullable Tensor dWeight) {
    long columns = x.columns();
    long rows = x.rows();
    long lines = Scratch.lines(columns);
    int parts = threads.parts(rows, grain(columns));
    long room = scratch.shared(lines * (parts + 1L));
    long w = Widen.vector(weight, room);
    long partial = room + 4 * lines;
    long pg = dOut.data().address();
    long px = x.data().address();
    long pr = inverseRms.data().address();
    long pdx = dX.data().address();
    threads.split(
        rows,
        grain(columns),
        (worker, from, to) -> {
          long dw = dWeight == null ? 0 : partial + 4 * lines * worker;
          if (dw != 0) {
            Elementwise.zero(dw, columns);
          }
          for (long row = from; row < to; row++) {
            long offset = 4 * row * columns;
            float r = Lanes.get(pr + 4 * row);
            float dot = weightedDot(pg + offset, w, px + offset, columns);
            float mean = dot / columns;
            float pull = r < TINY ? (float) ((double) r * r * r * mean) : r * r * r * mean;
            backwardRow(pg + offset, w, px + offset, r, pull, pdx + offset, columns);
            if (dw != 0) {
              addProduct(pg + offset, px + offset, r, dw, columns);
            }
          }
        });
    if (dWeight != null && rows > 0) {
      for (int part = 0; part < parts; part++) {
        Elementwise.add(partial + 4 * lines * part, dWeight.data().address(), columns);
      }
    }
  }

  private static long grain(long columns) {
    return Math.max(1, GRAIN / Math.max(1, columns));
  }

  private static float inverseRms(float squares, long columns, float eps) {
    return (float) (1 / Math.sqrt((double) squares / columns + eps));
  }

  /// The sum of squares, in the same order as in [#scale] and [#addAndSquares]: a row's result is the same wherever it
  /// lies.
  private static float squares(long x, long n) {
    FloatVector s0 = Lanes.zero();
    FloatVector s1 = s0;
    long i = 0;
    for (; i <= n - 2L * Lanes.COUNT; i += 2L * Lanes.COUNT) {
      FloatVector x0 = Lanes.load(x + 4 * i);
      FloatVector x1 = Lanes.load(x + 4 * i + Lanes.BYTES);
      s0 = x0.fma(x0, s0);
      s1 = x1.fma(x1, s1);
    }
    float sum = Lanes.sum(s0.add(s1));
    for (; i < n; i++) {
      float value = Lanes.get(x + 4 * i);
      sum = Math.fma(value, value, sum);
    }
    return sum;
  }

  private static float addAndSquares(long x, long delta, long out, long n) {
    FloatVector s0 = Lanes.zero();
    FloatVector s1 = s0;
    long i = 0;
    for (; i <= n - 2L * Lanes.COUNT; i += 2L * Lanes.COUNT) {
      long j = 4 * i + Lanes.BYTES;
      FloatVector v0 = Lanes.load(x + 4 * i).add(Lanes.load(delta + 4 * i));
      FloatVector v1 = Lanes.load(x + j).add(Lanes.load(delta + j));
      Lanes.store(out + 4 * i, v0);
      Lanes.store(out + j, v1);
      s0 = v0.fma(v0, s0);
      s1 = v1.fma(v1, s1);
    }
    float sum = Lanes.sum(s0.add(s1));
    for (; i < n; i++) {
      float value = Lanes.get(x + 4 * i) + Lanes.get(delta + 4 * i);
      Lanes.set(out + 4 * i, value);
      sum = Math.fma(value, value, sum);
    }
    return sum;
  }

  /// `out = x * r * w`. In the same loop the squares of the row `next` are summed: reading one row while another is
  /// written keeps the memory busy both ways.
  private static float scale(long x, long w, float r, long out, long n, long next) {
    FloatVector factor = Lanes.broadcast(r);
    FloatVector s0 = Lanes.zero();
    FloatVector s1 = s0;
    long i = 0;
    for (; i <= n - 2L * Lanes.COUNT; i += 2L * Lanes.COUNT) {
      long o = 4 * i;
      FloatVector next0 = Lanes.load(next + o);
      FloatVector next1 = Lanes.load(next + o + Lanes.BYTES);
      s0 = next0.fma(next0, s0);
      s1 = next1.fma(next1, s1);
      Lanes.store(out + o, Lanes.load(x + o).mul(factor).mul(Lanes.load(w + o)));
      o += Lanes.BYTES;
      Lanes.store(out + o, Lanes.load(x + o).mul(factor).mul(Lanes.load(w + o)));
    }
    float sum = Lanes.sum(s0.add(s1));
    for (; i < n; i++) {
      float value = Lanes.get(next + 4 * i);
      sum = Math.fma(value, value, sum);
      Lanes.set(out + 4 * i, Lanes.get(x + 4 * i) * r * Lanes.get(w + 4 * i));
    }
    return sum;
  }

  private static float weightedDot(long g, long w, long x, long n) {
    FloatVector s0 = Lanes.zero();
    FloatVector s1 = s0;
    long i = 0;
    for (; i <= n - 2L * Lanes.COUNT; i += 2L * Lanes.COUNT) {
      long j = 4 * i + Lanes.BYTES;
      s0 = Lanes.load(g + 4 * i).mul(Lanes.load(w + 4 * i)).fma(Lanes.load(x + 4 * i), s0);
      s1 = Lanes.load(g + j).mul(Lanes.load(w + j)).fma(Lanes.load(x + j), s1);
    }
    float sum = Lanes.sum(s0.add(s1));
    for (; i < n; i++) {
      sum = Math.fma(Lanes.get(g + 4 * i) * Lanes.get(w + 4 * i), Lanes.get(x + 4 * i), sum);
    }
    return sum;
  }

  private static void backwardRow(long g, long w, long x, float r, float pull, long dX, long n) {
    FloatVector factor = Lanes.broadcast(r);
    FloatVector minusPull = Lanes.broadcast(-pull);
    long bound = Lanes.bound(n);
    for (long i = 0; i < bound; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(x + 4 * i).fma(minusPull, Lanes.load(dX + 4 * i));
      Lanes.store(dX + 4 * i, Lanes.load(g + 4 * i).mul(Lanes.load(w + 4 * i)).fma(factor, d));
    }
    for (long i = bound; i < n; i++) {
      float d = Math.fma(Lanes.get(x + 4 * i), -pull, Lanes.get(dX + 4 * i));
      Lanes.set(dX + 4 * i, Math.fma(Lanes.get(g + 4 * i) * Lanes.get(w + 4 * i), r, d));
    }
  }

  private static void addProduct(long g, long x, float r, long target, long n) {
    FloatVector factor = Lanes.broadcast(r);
    long bound = Lanes.bound(n);
    for (long i = 0; i < bound; i += Lanes.COUNT) {
      FloatVector product = Lanes.load(g + 4 * i).mul(factor);
      Lanes.store(target + 4 * i, product.fma(Lanes.load(x + 4 * i), Lanes.load(target + 4 * i)));
    }
    for (long i = bound; i < n; i++) {
      Lanes.set(
          target + 4 * i,
          Math.fma(Lanes.get(g + 4 * i) * r, Lanes.get(x + 4 * i), Lanes.get(target + 4 * i)));
    }
  }
}
