package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// `out = silu(gate) * up`, with `silu(g) = g s` and `s = 1 / (1 + exp(-g))` (Shazeer 2020, arXiv 2002.05202).
///
/// From `s' = s (1 - s)` follows `silu'(g) = s + g s (1 - s) = s (1 + g (1 - s))`.
///
/// A device may take numbers below 1e-38 for 0, and a compiler may leave infinities out of account. So with
/// `h = exp(min(g, 0) / 2)` and `e = exp(-|g|)`, s is `h h / (1 + e)` and 1 - s is `1 / (1 + e)` or, for a positive g, `e / (1 + e)`;
/// and what s multiplies comes between the two h.
///
/// A thread reads all that it needs of its element before it writes, so results may lie in the operands' places.
public final class SwiGlu {
  /// Threads of a work-group of [#forward].
  static final int GROUP = 256;

  private static final int EACH = 2;

  private SwiGlu() {}

  /// Work-groups of [#forward] for `elements`.
  static long groups(long elements) {
    return (elements + GROUP * EACH - 1) / (GROUP * EACH);
  }

  /// Two elements a thread, GROUP apart, read before one is written; silu(gate) is never stored. Integers: elements, offsets of gate, up and
  /// out.
  public static void forward(KernelContext context, int at, IntArray ints, FloatArray memory) {
    int elements = ints.get(at);
    int i = context.groupIdx * (GROUP * EACH) + context.localIdx;
    if (i < elements) {
      int second = i + GROUP;
      int j = TornadoMath.min(second, elements - 1);
      float g0 = memory.get(ints.get(at + 1) + i);
      float g1 = memory.get(ints.get(at + 1) + j);
      float u0 = memory.get(ints.get(at + 2) + i);
      float u1 = memory.get(ints.get(at + 2) + j);
      float h0 = TornadoMath.exp(TornadoMath.min(g0, 0.0f) * 0.5f);
      float h1 = TornadoMath.exp(TornadoMath.min(g1, 0.0f) * 0.5f);
      float e0 = TornadoMath.exp(-TornadoMath.abs(g0));
      float e1 = TornadoMath.exp(-TornadoMath.abs(g1));
      memory.set(ints.get(at + 3) + i, (g0 * u0 * h0) * h0 / (1 + e0));
      if (second < elements) {
        memory.set(ints.get(at + 3) + second, (g1 * u1 * h1) * h1 / (1 + e1));
      }
    }
  }

  /// `dGate = dOut * up * s * (1 + gate * (1 - s))`, `dUp = dOut * gate * s`. Integers: elements, offsets of dOut, gate, up, dGate
  /// and dUp.
  public static void backward(KernelContext context, int at, IntArray ints, FloatArray memory) {
    int i = context.globalIdx;
    if (i < ints.get(at)) {
      float d = memory.get(ints.get(at + 1) + i);
      float g = memory.get(ints.get(at + 2) + i);
      float u = memory.get(ints.get(at + 3) + i);
      float h = TornadoMath.exp(TornadoMath.min(g, 0.0f) * 0.5f);
      float e = TornadoMath.exp(-TornadoMath.abs(g));
      float rest = 1 / (1 + e);
      if (g > 0) {
        rest = e / (1 + e);
      }
      memory.set(ints.get(at + 4) + i, (d * u * h) * (1 + g * rest) * h / (1 + e));
      memory.set(ints.get(at + 5) + i, (d * g * h) * h / (1 + e));
    }
  }
}
