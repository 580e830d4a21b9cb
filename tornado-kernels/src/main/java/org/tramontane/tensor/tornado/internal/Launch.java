package org.tramontane.tensor.tornado.internal;

import java.util.List;

/// One call of one kernel: its numbers, its arrays and its threads.
///
/// @param kernel which
/// @param ints its integers, lists included
/// @param reals its reals, [#REALS] at most
/// @param arrays its arrays in the order of its parameters
/// @param threads in each dimension, a multiple of `group` there
/// @param group threads of a work-group in each dimension
@SuppressWarnings("ArrayRecordComponent") // handed on once, and never compared
record Launch(
    Kernel kernel, int[] ints, float[] reals, List<DeviceArray> arrays, Grid threads, Grid group) {
  /// Reals that each launch has room for.
  static final int REALS = 16;

  /// A number of threads in two dimensions.
  record Grid(long x, long y) {}

  /// What a graph has to know of a launch: everything but its numbers and how many threads there are.
  ///
  /// @param room integers that it has room for
  record Signature(Kernel kernel, int room, List<DeviceArray> arrays, Grid group) {}

  Signature signature() {
    int room = 64;
    while (room < ints.length) {
      room *= 16;
    }
    return new Signature(kernel, room, arrays, group);
  }
}
