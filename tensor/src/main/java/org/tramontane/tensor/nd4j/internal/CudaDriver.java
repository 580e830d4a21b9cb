package org.tramontane.tensor.nd4j.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Asks NVIDIA's driver which devices there are, without ND4J or the CUDA runtime.
///
/// Of the driver API only `cuInit` and questions are called: no context is made on any device.
@SuppressWarnings("restricted") // calling a native library is what this class is for
public final class CudaDriver {
  private static final int MAJOR = 75; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
  private static final int MINOR = 76; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR
  private static final int NAME_LENGTH = 256;
  private static final FunctionDescriptor INIT = FunctionDescriptor.of(JAVA_INT, JAVA_INT);
  private static final FunctionDescriptor COUNT = FunctionDescriptor.of(JAVA_INT, ADDRESS);
  private static final FunctionDescriptor GET = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);
  private static final FunctionDescriptor NAME =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final FunctionDescriptor ATTRIBUTE =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);

  /// A device and its compute capability.
  public record Device(String name, int major, int minor) {}

  /// What the driver said.
  ///
  /// @param problem why it could not be asked, null if it could
  public record Answer(List<Device> devices, @Nullable String problem) {}

  private final SymbolLookup symbols;
  private final Arena arena;

  private CudaDriver(SymbolLookup symbols, Arena arena) {
    this.symbols = symbols;
    this.arena = arena;
  }

  /// Asks the driver.
  public static Answer probe() {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup symbols = SymbolLookup.libraryLookup(libraryName(), Arena.global());
      return new Answer(new CudaDriver(symbols, arena).devices(), null);
    } catch (IllegalArgumentException e) { // no such library
      return new Answer(List.of(), "no NVIDIA driver was found (" + libraryName() + ")");
    } catch (Throwable e) { // a broken driver fails with errors as well as exceptions
      return new Answer(List.of(), String.valueOf(e.getMessage()));
    }
  }

  private static String libraryName() {
    boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
    return windows ? "nvcuda.dll" : "libcuda.so.1";
  }

  private List<Device> devices() throws Throwable {
    check("cuInit", (int) handle("cuInit", INIT).invokeExact(0));
    MemorySegment cell = arena.allocate(JAVA_INT);
    check("cuDeviceGetCount", (int) handle("cuDeviceGetCount", COUNT).invokeExact(cell));
    int count = cell.get(JAVA_INT, 0);
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      check("cuDeviceGet", (int) handle("cuDeviceGet", GET).invokeExact(cell, i));
      int device = cell.get(JAVA_INT, 0);
      MemorySegment name = arena.allocate(JAVA_BYTE, NAME_LENGTH);
      check(
          "cuDeviceGetName",
          (int) handle("cuDeviceGetName", NAME).invokeExact(name, NAME_LENGTH, device));
      devices.add(
          new Device(name.getString(0), attribute(MAJOR, device), attribute(MINOR, device)));
    }
    return devices;
  }

  private int attribute(int attribute, int device) throws Throwable {
    MemorySegment cell = arena.allocate(JAVA_INT);
    check(
        "cuDeviceGetAttribute",
        (int) handle("cuDeviceGetAttribute", ATTRIBUTE).invokeExact(cell, attribute, device));
    return cell.get(JAVA_INT, 0);
  }

  private java.lang.invoke.MethodHandle handle(String function, FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(function), descriptor);
  }

  private static void check(String function, int result) {
    if (result != 0) {
      throw new IllegalStateException("the NVIDIA driver's " + function + " failed with " + result);
    }
  }
}
