package org.tramontane.tensor.tornado.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Host memory that the operating system provides when it is touched.
///
/// TornadoVM asks for an array on the host for each array on the device, as large. Those behind regions are never written
/// here, so they cost addresses and nothing else: on Linux all but the first page are zeros that can only be read, which keeps
/// TornadoVM's CUDA backend from pinning them, page by page; elsewhere they come from `calloc`. They live as long as the process.
final class HostMemory {
  private static final boolean LINUX = System.getProperty("os.name").startsWith("Linux");
  private static final int PRIVATE_ANONYMOUS_NORESERVE = 0x2 | 0x20 | 0x4000;
  private static final int READ = 0x1;
  private static final int READ_WRITE = 0x1 | 0x2;
  private static final long PAGE = 4096;

  private static final MethodHandle CALLOC =
      function(
          "calloc",
          FunctionDescriptor.of(
              ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

  private static final MethodHandle MMAP =
      function(
          "mmap",
          FunctionDescriptor.of(
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG));

  private static final MethodHandle MPROTECT =
      function(
          "mprotect",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));

  private HostMemory() {}

  @SuppressWarnings("restricted") // functions of the C library, called with their own types
  private static MethodHandle function(String name, FunctionDescriptor type) {
    return Linker.nativeLinker()
        .downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow(name), type);
  }

  /// Addresses of zeros.
  ///
  /// @throws OutOfMemoryError if there are no addresses left
  @SuppressWarnings("restricted") // the size is the one that was asked for
  static MemorySegment addresses(long bytes) {
    MemorySegment pointer;
    boolean failed;
    try {
      if (LINUX) {
        pointer =
            (MemorySegment)
                MMAP.invokeExact(
                    MemorySegment.NULL, bytes, READ, PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
        failed =
            pointer.address() == -1
                || (int) MPROTECT.invokeExact(pointer, Math.min(bytes, PAGE), READ_WRITE) != 0;
      } else {
        pointer = (MemorySegment) CALLOC.invokeExact(bytes, 1L);
        failed = pointer.address() == 0;
      }
    } catch (Throwable e) {
      throw new IllegalStateException("no addresses for an array of the device", e);
    }
    if (failed) {
      throw new OutOfMemoryError("addresses for " + bytes + " bytes");
    }
    return pointer.reinterpret(bytes, Arena.global(), null);
  }
}
