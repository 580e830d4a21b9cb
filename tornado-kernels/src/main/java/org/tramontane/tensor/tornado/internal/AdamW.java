package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// AdamW in PyTorch's order (Loshchilov and Hutter 2019, arXiv 1711.05101): `g = gradScale * grad`, `p *= 1 - lr * weightDecay`,
/// `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g^2`, `p -= lr * (m / c1) / (sqrt(v / c2) + eps)`, with
/// `c1 = 1 - beta1^step` and `c2 = 1 - beta2^step`.
///
/// What does not depend on the element is computed once, in F64, on the host: in F32, `1 - 0.999f` alone is off by 1e-5.
///
/// Integers: elements, offsets of param, grad, m and v. Reals: gradScale, beta1, 1 - beta1, beta2, 1 - beta2, 1 - lr * weightDecay,
/// lr / c1, 1 / sqrt(c2), eps.
public final class AdamW {
  private AdamW() {}

  /// One step, one thread an element.
  public static void run(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      FloatArray memory) {
    int i = context.globalIdx;
    if (i < ints.get(at)) {
      int ip = ints.get(at + 1) + i;
      int im = ints.get(at + 3) + i;
      int iv = ints.get(at + 4) + i;
      float g = reals.get(realAt) * memory.get(ints.get(at + 2) + i);
      float first = reals.get(realAt + 1) * memory.get(im) + reals.get(realAt + 2) * g;
      float second = reals.get(realAt + 3) * memory.get(iv) + reals.get(realAt + 4) * g * g;
      memory.set(im, first);
      memory.set(iv, second);
      float root = TornadoMath.sqrt(second) * reals.get(realAt + 7) + reals.get(realAt + 8);
      memory.set(ip, memory.get(ip) * reals.get(realAt + 5) - reals.get(realAt + 6) * first / root);
    }
  }
}
