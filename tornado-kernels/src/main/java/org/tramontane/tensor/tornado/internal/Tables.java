package org.tramontane.tensor.tornado.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;

/// The floats of all 16-bit words, as [Stored] looks them up, and [Powers].
final class Tables {
  private Tables() {}

  /// Floats of all tables.
  static final long FLOATS = Stored.POWERS + Powers.ALL;

  /// F16's table and BF16's behind it, where the float of word w, read without a sign, is at w; then [Powers].
  static MemorySegment all() {
    MemorySegment tables = Arena.ofAuto().allocate(4 * FLOATS, Tensor.ALIGNMENT);
    Powers.write(tables, 4L * Stored.POWERS);
    for (int word = 0; word < Stored.TABLE; word++) {
      long at = 4L * word;
      tables.set(Tensor.FLOAT, 4L * Stored.F16 + at, Float.float16ToFloat((short) word));
      tables.set(Tensor.FLOAT, 4L * Stored.BF16 + at, DType.bf16ToFloat((short) word));
    }
    return tables;
  }
}
