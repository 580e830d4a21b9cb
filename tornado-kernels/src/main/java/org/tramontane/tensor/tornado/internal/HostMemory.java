package org.tramontane.tensor.tornado.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Host memory that the operating system provides when it is touched.
///
/// TornadoVM asks for an array on the host for each array on the device, as large. Those behind regions are never read or written
/// here, so with memory from `calloc` they cost addresses and nothing else. They live as long as the process.
final class HostMemory {
  @SuppressWarnings("restricted") // a function of the C library, called with its own types
  private static final MethodHandle CALLOC =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("calloc"),
              FunctionDescriptor.of(
                  ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

  private HostMemory() {}

  /// Zeros.
  ///
  /// @throws OutOfMemoryError if there are no addresses left
  @SuppressWarnings("restricted") // the size is the one that was asked for
  static MemorySegment zeros(long bytes) {
    MemorySegment pointer;
    try {
      pointer = (MemorySegment) CALLOC.invokeExact(bytes, 1L);
    } catch (Throwable e) {
      throw new IllegalStateException("calloc failed", e);
    }
    if (pointer.address() == 0) {
      throw new OutOfMemoryError("calloc of " + bytes + " bytes");
    }
    return pointer.reinterpret(bytes, Arena.global(), null);
  }
}
