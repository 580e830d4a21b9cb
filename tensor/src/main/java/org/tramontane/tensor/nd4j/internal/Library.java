package org.tramontane.tensor.nd4j.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/// ND4J as the process has it: loaded once, with settings that all its users share.
public final class Library {
  /// Elements below which waking a second thread costs more than it brings; ND4J's own value is 1,024.
  private static final int SPLIT = 1 << 15;

  private final boolean onDevice;
  private final String description;
  private final Map<String, String> properties;
  private int threads;
  private int productThreads;

  private Library() {
    onDevice = Nd4j.getBackend().getClass().getSimpleName().equals("JCublasBackend");
    // Arrays are closed by their owners; a collection every few seconds would only cost time.
    Nd4j.getMemoryManager().togglePeriodicGc(false);
    Nd4j.getEnvironment().setElementwiseThreshold(SPLIT);
    description =
        "ND4J "
            + version("org.nd4j", "nd4j-api")
            + (onDevice ? " on CUDA" : " on the CPU, matrix products by OpenBLAS " + openBlas());
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("nd4j_version", version("org.nd4j", "nd4j-api"));
    facts.put("device", onDevice ? cards(CudaDriver.probe().devices()) : "CPU");
    if (!onDevice) {
      facts.put("openblas_version", version("org.bytedeco", "openblas"));
      SymbolLookup.loaderLookup()
          .find("openblas_get_corename")
          .ifPresent(function -> facts.put("openblas_core", string(function)));
    }
    properties = Collections.unmodifiableMap(facts);
  }

  private static String cards(List<CudaDriver.Device> devices) {
    return devices.stream()
        .map(device -> device.name() + " (" + device.major() + "." + device.minor() + ")")
        .collect(Collectors.joining(", "));
  }

  /// Versions and devices, fact by fact.
  public Map<String, String> properties() {
    return properties;
  }

  /// Loads ND4J at the first call.
  ///
  /// @throws IllegalStateException if its native library does not load; the message says why
  public static Library load() {
    // JavaCPP counts every mapped weight as its own memory and would refuse to allocate past twice
    // the heap.
    setUnlessSet("org.bytedeco.javacpp.maxbytes", "0");
    setUnlessSet("org.bytedeco.javacpp.maxphysicalbytes", "0");
    setUnlessSet("org.nd4j.log.initialization", "false");
    try {
      return Once.LIBRARY;
    } catch (LinkageError e) {
      throw new IllegalStateException("ND4J does not load: " + root(e), e);
    }
  }

  /// Holds the library: its native parts can't be loaded twice.
  private static final class Once {
    private static final Library LIBRARY = new Library();
  }

  private static void setUnlessSet(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }

  private static String root(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.toString();
  }

  /// Whether operations run on copies in a device's memory.
  public boolean onDevice() {
    return onDevice;
  }

  /// Versions, and what it runs on.
  public String description() {
    return description;
  }

  /// Runs `kernel` with so many threads for operations and for each matrix product. ND4J's thread counts are the
  /// process's, so kernels of all backends take turns.
  public synchronized void run(int threadCount, int productThreadCount, Runnable kernel) {
    if (threadCount != threads) {
      Nd4j.getEnvironment().setMaxThreads(threadCount);
      Nd4j.getEnvironment().setMaxMasterThreads(threadCount);
      NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threadCount);
      threads = threadCount;
    }
    if (productThreadCount != productThreads) {
      Nd4j.factory().blas().setMaxThreads(productThreadCount);
      productThreads = productThreadCount;
    }
    kernel.run();
  }

  /// The version that Maven wrote into a jar.
  private static String version(String group, String artifact) {
    String path = "/META-INF/maven/" + group + "/" + artifact + "/pom.properties";
    try (InputStream in = Library.class.getResourceAsStream(path)) {
      if (in == null) {
        return "of unknown version";
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "of unknown version");
    } catch (IOException e) {
      return "of unknown version";
    }
  }

  /// Version and core of the OpenBLAS that ND4J has loaded; of another BLAS only the jar's version is known.
  private static String openBlas() {
    String jar = version("org.bytedeco", "openblas");
    SymbolLookup loaded = SymbolLookup.loaderLookup();
    return loaded
        .find("openblas_get_corename")
        .map(function -> jar + " (" + string(function) + ")")
        .orElse(jar);
  }

  @SuppressWarnings("restricted") // asks the library that ND4J has loaded for its name
  private static String string(MemorySegment function) {
    try {
      var handle =
          Linker.nativeLinker()
              .downcallHandle(
                  function,
                  FunctionDescriptor.of(
                      ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(256, JAVA_BYTE))));
      return ((MemorySegment) handle.invokeExact()).getString(0).strip();
    } catch (Throwable e) {
      throw new IllegalStateException("openblas_get_corename failed", e);
    }
  }
}
