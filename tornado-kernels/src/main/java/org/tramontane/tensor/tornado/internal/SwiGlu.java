package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/// `out = silu(gate) * up`, with `silu(g) = g s` and `s = 1 / (1 + exp(-g))` (Shazeer 2020, arXiv 2002.05202).
///
/// From `s' = s (1 - s)` follows `silu'(g) = s + g s (1 - s) = s (1 + g (1 - s))`. For a large negative g, `exp(-g)` is infinite and
/// s is 0, which is right: nothing here divides infinity by infinity.
public final class SwiGlu {
  private SwiGlu() {}

  /// One thread an element; gate and up are read once, and silu(gate) is never stored.
  public static void forward(FloatArray gate, FloatArray up, FloatArray out) {
    for (@Parallel int i = 0; i < out.getSize(); i++) {
      float g = gate.get(i);
      out.set(i, g / (1 + TornadoMath.exp(-g)) * up.get(i));
    }
  }

  /// `dGate = dOut * up * s * (1 + gate * (1 - s))`, `dUp = dOut * gate * s`.
  ///
  /// A thread reads all that it needs of its element before it writes, so the results may lie in the operands' arrays.
  public static void backward(
      FloatArray dOut, FloatArray gate, FloatArray up, FloatArray dGate, FloatArray dUp) {
    for (@Parallel int i = 0; i < dOut.getSize(); i++) {
      float g = gate.get(i);
      float u = up.get(i);
      float d = dOut.get(i);
      float s = 1 / (1 + TornadoMath.exp(-g));
      dGate.set(i, d * u * s * (1 + g * (1 - s)));
      dUp.set(i, d * g * s);
    }
  }
}
