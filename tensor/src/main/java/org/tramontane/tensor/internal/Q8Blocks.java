package org.tramontane.tensor.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.tramontane.tensor.Tensor;

/// Blocks of [org.tramontane.tensor.DType#Q8_0]: an F16 scale, then 32 signed bytes that it multiplies.
public final class Q8Blocks {
  /// Elements of a block.
  public static final int ELEMENTS = 32;

  /// Bytes of a block.
  public static final int BYTES = 34;

  private static final int LARGEST = 127;

  private Q8Blocks() {}

  /// Element `index` of the blocks at the beginning of `data`.
  public static float get(MemorySegment data, long index) {
    long block = index / ELEMENTS * BYTES;
    float scale = Float.float16ToFloat(data.get(Tensor.SHORT, block));
    return scale * data.get(ValueLayout.JAVA_BYTE, block + 2 + index % ELEMENTS);
  }

  /// Writes all of `source`, as many elements as `data` has room for. The largest of a block becomes 127; a NaN or an
  /// infinity makes its whole block NaN.
  public static void quantise(Tensor source, MemorySegment data) {
    float[] values = new float[ELEMENTS];
    for (long block = 0; block < source.elements() / ELEMENTS; block++) {
      float largest = 0;
      for (int i = 0; i < ELEMENTS; i++) {
        values[i] = source.get(block * ELEMENTS + i);
        largest = Math.max(largest, Math.abs(values[i]));
      }
      float scale = largest / LARGEST;
      boolean finite = Float.isFinite(largest);
      data.set(Tensor.SHORT, block * BYTES, Float.floatToFloat16(finite ? scale : Float.NaN));
      for (int i = 0; i < ELEMENTS; i++) {
        int quantum = scale == 0 || !finite ? 1 : Math.round(values[i] / scale);
        data.set(
            ValueLayout.JAVA_BYTE,
            block * BYTES + 2 + i,
            (byte) (scale == 0 ? 0 : Math.clamp(quantum, -LARGEST, LARGEST)));
      }
    }
  }
}
