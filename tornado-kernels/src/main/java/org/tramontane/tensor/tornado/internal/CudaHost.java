package org.tramontane.tensor.tornado.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Host memory that CUDA copies from and to directly.
///
/// TornadoVM's CUDA backend would pin each array's memory, those as large as the device's memory too; so it is told not to
/// (`tornado.cuda.host.pinning`), and the few that travel are pinned here. What is pinned stays so for the life of the process.
///
/// Functions of the driver's library, as the CUDA Driver API's manual has them.
final class CudaHost {
  private static final long PAGE = 4096;
  private static final int PORTABLE = 1;

  private final MethodHandle setCurrent;
  private final MethodHandle register;
  private final MemorySegment context;

  /// For the context that is current now.
  ///
  /// @throws IllegalStateException if there is none, or no driver
  CudaHost() {
    SymbolLookup driver = open();
    MethodHandle getCurrent = function(driver, "cuCtxGetCurrent", ValueLayout.ADDRESS);
    setCurrent = function(driver, "cuCtxSetCurrent", ValueLayout.ADDRESS);
    register =
        function(
            driver,
            "cuMemHostRegister_v2",
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      check("cuCtxGetCurrent", (int) getCurrent.invokeExact(out));
      context = out.get(ValueLayout.ADDRESS, 0);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (context.address() == 0) {
      throw new IllegalStateException("no CUDA context is current");
    }
  }

  @SuppressWarnings("restricted") // the driver's library
  private static SymbolLookup open() {
    try {
      return SymbolLookup.libraryLookup("libcuda.so.1", Arena.global());
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("no libcuda.so.1: " + e.getMessage(), e);
    }
  }

  @SuppressWarnings("restricted") // functions of a C library, called with its own types
  private static MethodHandle function(
      SymbolLookup library, String name, ValueLayout... parameters) {
    return Linker.nativeLinker()
        .downcallHandle(
            library.findOrThrow(name), FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
  }

  /// Zeros in pages of their own.
  MemorySegment pinned(long bytes) {
    long size = (bytes + PAGE - 1) / PAGE * PAGE;
    MemorySegment memory = Arena.global().allocate(size, PAGE);
    try {
      check("cuCtxSetCurrent", (int) setCurrent.invokeExact(context));
      check("cuMemHostRegister", (int) register.invokeExact(memory, size, PORTABLE));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    return memory.asSlice(0, bytes);
  }

  private static void check(String function, int status) {
    if (status != 0) {
      throw new IllegalStateException(function + " failed with CUresult " + status);
    }
  }
}
