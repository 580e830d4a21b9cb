package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/// Copies between the arrays that travel to and from the host and the regions where tensors live, and fills regions.
///
/// TornadoVM sends whole arrays. So what is sent is a small array, and the device copies it to its place in a large one.
///
/// Integers: elements, offset of the region.
public final class Transfer {
  private Transfer() {}

  /// From the first elements of `staging` to a region of `region`.
  public static void floatsIn(
      KernelContext context, int at, IntArray ints, FloatArray staging, FloatArray memory) {
    int i = context.globalIdx;
    if (i < ints.get(at)) {
      memory.set(ints.get(at + 1) + i, staging.get(i));
    }
  }

  /// From a region to the first elements of `staging`.
  public static void floatsOut(
      KernelContext context, int at, IntArray ints, FloatArray memory, FloatArray staging) {
    int i = context.globalIdx;
    if (i < ints.get(at)) {
      staging.set(i, memory.get(ints.get(at + 1) + i));
    }
  }

  /// From the first pairs of words of `staging` to a region of `region`. Elements are pairs here, and so is the offset.
  public static void wordsIn(
      KernelContext context, int at, IntArray ints, IntArray staging, IntArray region) {
    int i = context.globalIdx;
    if (i < ints.get(at)) {
      region.set(ints.get(at + 1) + i, staging.get(i));
    }
  }

  /// From one region to another. Integers: elements, offsets of both.
  public static void copy(KernelContext context, int at, IntArray ints, FloatArray memory) {
    int i = context.globalIdx;
    if (i < ints.get(at)) {
      memory.set(ints.get(at + 2) + i, memory.get(ints.get(at + 1) + i));
    }
  }

  /// Sets the elements of a region to one value, the only real.
  public static void fill(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      FloatArray memory) {
    int i = context.globalIdx;
    if (i < ints.get(at)) {
      memory.set(ints.get(at + 1) + i, reals.get(realAt));
    }
  }

  /// Writes one element of a new array of floats, so that it gets its place on the device.
  public static void touchFloats(KernelContext context, int at, IntArray ints, FloatArray memory) {
    int i = context.globalIdx;
    if (i < ints.get(at)) {
      memory.set(i, memory.get(i) + ints.get(at + 1));
    }
  }

  /// Writes one element of a new array of shorts, so that it gets its place on the device.
  public static void touchShorts(KernelContext context, int at, IntArray ints, ShortArray region) {
    int i = context.globalIdx;
    if (i < ints.get(at)) {
      region.set(i, region.get(i));
    }
  }

  /// Writes one pair of a new array of words, so that it gets its place on the device.
  public static void touchWords(KernelContext context, int at, IntArray ints, IntArray region) {
    int i = context.globalIdx;
    if (i < ints.get(at)) {
      region.set(i, region.get(i));
    }
  }
}
