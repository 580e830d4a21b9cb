package org.tramontane.tests.conformance;

import static org.assertj.core.api.Assertions.fail;

import org.tramontane.tensor.Tensor;

/// Compares a backend's output with the reference's.
final class Close {
  /// What design.md allows F32 kernels.
  static final double F32 = 1e-5;

  private Close() {}

  /// Every element differs by at most `tolerance` times the larger of its own size and the root mean square of all: an element that is near 0 only
  /// because large terms cancelled can't be asked for more. So what is allowed grows as results do: a sum of K products of
  /// standard normal numbers has a root mean square of sqrt(K), and its rounding grows alike.
  static void assertClose(String what, Tensor actual, Tensor expected, double tolerance) {
    assertClose(what, actual, expected, tolerance, 0);
  }

  /// As above, where the terms that each element is the sum of have the size `terms`: if all of them cancel, the
  /// result is what their rounding leaves.
  static void assertClose(
      String what, Tensor actual, Tensor expected, double tolerance, double terms) {
    double size = Math.max(rms(expected), terms);
    for (long i = 0; i < expected.elements(); i++) {
      double a = actual.get(i);
      double e = expected.get(i);
      double allowed = tolerance * Math.max(Math.abs(e), size) + Float.MIN_NORMAL;
      if (!(Math.abs(a - e) <= allowed)) {
        fail(
            "%s[%d] of %s is %s, the reference says %s (allowed difference %.3g)",
            what, i, actual.shape(), a, e, allowed);
      }
    }
  }

  static void assertClose(String what, Tensor actual, Tensor expected) {
    assertClose(what, actual, expected, F32);
  }

  /// The root mean square of all elements.
  static double rms(Tensor x) {
    double squares = 0;
    for (long i = 0; i < x.elements(); i++) {
      squares += (double) x.get(i) * x.get(i);
    }
    return Math.sqrt(squares / Math.max(1, (double) x.elements()));
  }

  /// The same bits.
  static void assertSame(String what, Tensor actual, Tensor expected) {
    if (actual.data().mismatch(expected.data()) != -1) {
      fail("%s %s: the bits differ", what, actual.shape());
    }
  }
}
