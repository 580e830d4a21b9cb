package org.tramontane.tensor.cpu.internal;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.tramontane.tensor.Tensor;

/// `silu(gate) * up` and its derivative.
///
/// `sigmoid(x)` and `1 - sigmoid(x) = sigmoid(-x)` both come from `e = exp(-|x|)`, which never overflows:
/// the larger of the two is `1 / (1 + e)`, the smaller `e / (1 + e)`.
public final class SwiGlu {
  private static final long GRAIN = 1 << 13;

  private SwiGlu() {}

  /// `out = silu(gate) * up`.
  public static void forward(Threads threads, Tensor gate, Tensor up, Tensor out) {
    long g = gate.data().address();
    long u = up.data().address();
    long o = out.data().address();
    threads.split(
        gate.elements(),
        GRAIN,
        (worker, from, to) -> forward(g + 4 * from, u + 4 * from, o + 4 * from, to - from));
  }

  /// `dGate = dOut * up * s * (1 + gate * (1 - s))`, `dUp = dOut * gate * s`.
  public static void backward(
      Threads threads, Tensor dOut, Tensor gate, Tensor up, Tensor dGate, Tensor dUp) {
    long d = dOut.data().address();
    long g = gate.data().address();
    long u = up.data().address();
    long dg = dGate.data().address();
    long du = dUp.data().address();
    threads.split(
        gate.elements(),
        GRAIN,
        (worker, from, to) -> {
          long offset = 4 * from;
          backward(d + offset, g + offset, u + offset, dg + offset, du + offset, to - from);
        });
  }

  private static void forward(long gate, long up, long out, long n) {
    long bound = Lanes.bound(n);
    for (long i = 0; i < bound; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(gate + 4 * i);
      FloatVector e = Exp.of(x.abs().neg());
      FloatVector larger = Lanes.broadcast(1).div(e.add(1));
      FloatVector s = larger.blend(larger.mul(e), x.compare(VectorOperators.LT, 0));
      Lanes.store(out + 4 * i, x.mul(s).mul(Lanes.load(up + 4 * i)));
    }
    for (long i = bound; i < n; i++) {
      float x = Lanes.get(gate + 4 * i);
      float e = Exp.of(-Math.abs(x));
      float larger = 1 / (e + 1);
      float s = x < 0 ? larger * e : larger;
      Lanes.set(out + 4 * i, x * s * Lanes.get(up + 4 * i));
    }
  }

  private static void backward(long dOut, long gate, long up, long dGate, long dUp, long n) {
    long bound = Lanes.bound(n);
    for (long i = 0; i < bound; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(gate + 4 * i);
      FloatVector d = Lanes.load(dOut + 4 * i);
      FloatVector u = Lanes.load(up + 4 * i);
      FloatVector e = Exp.of(x.abs().neg());
      FloatVector larger = Lanes.broadcast(1).div(e.add(1));
      FloatVector smaller = larger.mul(e);
      var negative = x.compare(VectorOperators.LT, 0);
      FloatVector s = larger.blend(smaller, negative);
      FloatVector rest = smaller.blend(larger, negative);
      FloatVector ds = d.mul(s);
      Lanes.store(dGate + 4 * i, ds.mul(u).mul(x.fma(rest, Lanes.broadcast(1))));
      Lanes.store(dUp + 4 * i, ds.mul(x));
    }
    for (long i = bound; i < n; i++) {
      float x = Lanes.get(gate + 4 * i);
      float d = Lanes.get(dOut + 4 * i);
      float u = Lanes.get(up + 4 * i);
      float e = Exp.of(-Math.abs(x));
      float larger = 1 / (e + 1);
      float smaller = larger * e;
      float s = x < 0 ? smaller : larger;
      float rest = x < 0 ? larger : smaller;
      float ds = d * s;
      Lanes.set(dGate + 4 * i, ds * u * Math.fma(x, rest, 1f));
      Lanes.set(dUp + 4 * i, ds * x);
    }
  }
}
