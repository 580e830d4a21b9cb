package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/// AdamW in PyTorch's order (Loshchilov and Hutter 2019, arXiv 1711.05101): `g = gradScale * grad`, `p *= 1 - lr * weightDecay`,
/// `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g^2`, `p -= lr * (m / c1) / (sqrt(v / c2) + eps)`, with
/// `c1 = 1 - beta1^step` and `c2 = 1 - beta2^step`.
///
/// What does not depend on the element is computed once, in F64, on the host: in F32, `1 - 0.999f` alone is off by 1e-5.
public final class AdamW {
  private AdamW() {}

  /// One step, one thread an element.
  ///
  /// @param newFirst `1 - beta1`
  /// @param newSecond `1 - beta2`
  /// @param decay `1 - lr * weightDecay`
  /// @param stepSize `lr / c1`
  /// @param rootScale `1 / sqrt(c2)`
  public static void run(
      FloatArray param,
      FloatArray grad,
      FloatArray m,
      FloatArray v,
      float gradScale,
      float beta1,
      float newFirst,
      float beta2,
      float newSecond,
      float decay,
      float stepSize,
      float rootScale,
      float eps) {
    for (@Parallel int i = 0; i < param.getSize(); i++) {
      float g = gradScale * grad.get(i);
      float first = beta1 * m.get(i) + newFirst * g;
      float second = beta2 * v.get(i) + newSecond * g * g;
      m.set(i, first);
      v.set(i, second);
      param.set(
          i,
          param.get(i) * decay - stepSize * first / (TornadoMath.sqrt(second) * rootScale + eps));
    }
  }
}
