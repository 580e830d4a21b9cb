package org.tramontane.tensor.cpu.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.tramontane.tensor.Tensor;

/// Memory for packed blocks that lives as long as the thread that holds it.
final class PackBuffer {
  private final MemorySegment memory;

  PackBuffer(long floats) {
    memory = Arena.ofAuto().allocate(4 * floats, Tensor.ALIGNMENT);
  }

  long address() {
    return memory.address();
  }
}
