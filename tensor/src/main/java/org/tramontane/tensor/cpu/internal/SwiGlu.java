package org.tramontane.tensor.cpu.internal;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.tramontane.tensor.Tensor;

/// `silu(gate) * up` and its derivative.
///
/// `sigmoid(x)` and `1 - sigmoid(x) = sigmoid(-x)` both come from `e = exp(-|x|)`, which never overflows:
/// the larger of the two is `1 / (1 + e)`, the smaller `e / (1 + e)`.
public final class SwiGlu {
  private static final long GRAIN = 1 << 13;

  /// Floats whose exponentials are computed ahead: as one loop with the rest they would pass the size up to which the JIT
  /// compiler keeps vectors in registers.
  private static final long BLOCK = 1024;

  private static final FloatVector ONE = Lanes.broadcast(1);

  private SwiGlu() {}

  /// `out = silu(gate) * up`.
  public static void forward(Threads threads, Tensor gate, Tensor up, Tensor out) {
    long g = gate.readOnlyData().address();
    long u = up.readOnlyData().address();
    long o = out.data().address();
    threads.split(
        gate.elements(),
        GRAIN,
        (worker, from, to) -> {
          long bound = from + Lanes.bound(to - from);
          forward(g + 4 * from, u + 4 * from, o + 4 * from, bound - from);
          for (long i = bound; i < to; i++) {
            forwardOne(g + 4 * i, u + 4 * i, o + 4 * i);
          }
        });
  }

  /// `dGate = dOut * up * s * (1 + gate * (1 - s))`, `dUp = dOut * gate * s`.
  public static void backward(
      Threads threads,
      Scratch scratch,
      Tensor dOut,
      Tensor gate,
      Tensor up,
      Tensor dGate,
      Tensor dUp) {
    long d = dOut.readOnlyData().address();
    long g = gate.readOnlyData().address();
    long u = up.readOnlyData().address();
    long dg = dGate.data().address();
    long du = dUp.data().address();
    threads.split(
        gate.elements(),
        GRAIN,
        (worker, from, to) -> {
          long bound = from + Lanes.bound(to - from);
          long room = scratch.of(worker, BLOCK);
          for (long start = from; start < bound; start += BLOCK) {
            long o = 4 * start;
            long n = Math.min(BLOCK, bound - start);
            expMinusAbs(g + o, room, n);
            backward(d + o, g + o, u + o, room, dg + o, du + o, n);
          }
          for (long i = bound; i < to; i++) {
            backwardOne(d + 4 * i, g + 4 * i, u + 4 * i, dg + 4 * i, du + 4 * i);
          }
        });
  }

  private static void forward(long gate, long up, long out, long n) {
    for (long i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(gate + 4 * i);
      FloatVector e = Exp.ofAtMostHighest(x.abs().neg());
      FloatVector numerator = ONE.blend(e, x.compare(VectorOperators.LT, 0));
      FloatVector s = numerator.div(e.add(ONE));
      Lanes.store(out + 4 * i, x.mul(s).mul(Lanes.load(up + 4 * i)));
    }
  }

  private static void forwardOne(long gate, long up, long out) {
    float x = Lanes.get(gate);
    float e = Exp.of(-Math.abs(x));
    float s = (x < 0 ? e : 1) / (e + 1);
    Lanes.set(out, x * s * Lanes.get(up));
  }

  private static void expMinusAbs(long x, long out, long n) {
    for (long i = 0; i < n; i += Lanes.COUNT) {
      Lanes.store(out + 4 * i, Exp.ofAtMostHighest(Lanes.load(x + 4 * i).abs().neg()));
    }
  }

  private static void backward(
      long dOut, long gate, long up, long exp, long dGate, long dUp, long n) {
    for (long i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(gate + 4 * i);
      FloatVector d = Lanes.load(dOut + 4 * i);
      FloatVector u = Lanes.load(up + 4 * i);
      FloatVector e = Lanes.load(exp + 4 * i);
      FloatVector larger = ONE.div(e.add(ONE));
      FloatVector smaller = larger.mul(e);
      VectorMask<Float> negative = x.compare(VectorOperators.LT, 0);
      FloatVector ds = d.mul(larger.blend(smaller, negative));
      FloatVector rest = smaller.blend(larger, negative);
      Lanes.store(dGate + 4 * i, ds.mul(u).mul(x.fma(rest, ONE)));
      Lanes.store(dUp + 4 * i, ds.mul(x));
    }
  }

  private static void backwardOne(long dOut, long gate, long up, long dGate, long dUp) {
    float x = Lanes.get(gate);
    float d = Lanes.get(dOut);
    float u = Lanes.get(up);
    float e = Exp.of(-Math.abs(x));
    float larger = 1 / (e + 1);
    float smaller = larger * e;
    float ds = d * (x < 0 ? smaller : larger);
    float rest = x < 0 ? larger : smaller;
    Lanes.set(dGate, ds * u * Math.fma(x, rest, 1f));
    Lanes.set(dUp, ds * x);
  }
}
