package org.tramontane.tensor.tornado.internal;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/// Arrays on the host that travel to the device or from it: in pinned memory where that is to be had.
///
/// @param cuda pins memory; null where TornadoVM's own is as good
record HostArrays(@Nullable CudaDriver cuda) {
  IntArray ints(int size) {
    return cuda == null
        ? new IntArray(size)
        : IntArray.fromSegmentShallow(pinned(cuda, size, Integer.BYTES));
  }

  FloatArray floats(int size) {
    return cuda == null
        ? new FloatArray(size)
        : FloatArray.fromSegmentShallow(pinned(cuda, size, Float.BYTES));
  }

  DoubleArray doubles(int size) {
    return cuda == null
        ? new DoubleArray(size)
        : DoubleArray.fromSegmentShallow(pinned(cuda, size, Double.BYTES));
  }

  private static MemorySegment pinned(CudaDriver cuda, int size, int width) {
    return cuda.pinned(TornadoNativeArray.ARRAY_HEADER + (long) width * size);
  }
}
