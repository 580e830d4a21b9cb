package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/// The residual addition, `y += x`. Bound by memory: one thread an element, neighbours read neighbours.
public final class Add {
  private Add() {}

  /// Adds `x` to `y`.
  public static void run(FloatArray x, FloatArray y) {
    for (@Parallel int i = 0; i < y.getSize(); i++) {
      y.set(i, y.get(i) + x.get(i));
    }
  }
}
