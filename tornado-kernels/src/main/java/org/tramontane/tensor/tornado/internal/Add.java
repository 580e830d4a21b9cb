package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// The residual addition, `y += x`. Bound by memory: one thread an element, neighbours read neighbours.
///
/// Integers: elements, offset of x, offset of y.
public final class Add {
  private Add() {}

  /// Runs on as many threads as there are elements, or more.
  public static void run(KernelContext context, int at, IntArray ints, FloatArray memory) {
    int i = context.globalIdx;
    if (i < ints.get(at)) {
      int to = ints.get(at + 2) + i;
      memory.set(to, memory.get(to) + memory.get(ints.get(at + 1) + i));
    }
  }
}
