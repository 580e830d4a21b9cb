package org.tramontane.tensor.nd4j;

import java.util.Optional;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendProvider;
import org.tramontane.tensor.nd4j.internal.CudaDriver;
import org.tramontane.tensor.nd4j.internal.CudaSupport;

/// Provides [Nd4jBackend] where ND4J's jars are on the class path.
///
/// Asking whether it is available starts nothing of ND4J: jars are looked for by name, and a graphics card is asked
/// through its driver what it is.
public final class Nd4jBackendProvider implements BackendProvider {
  static final String NAME = "nd4j";

  private static final String FACTORY = "org.nd4j.linalg.factory.Nd4j";
  private static final String NATIVE = "org.nd4j.linalg.cpu.nativecpu.CpuBackend";
  private static final String CUDA = "org.nd4j.linalg.jcublas.JCublasBackend";

  /// For `java.util.ServiceLoader`.
  public Nd4jBackendProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  /// Never the automatic choice where another can run: on the CPU ours is faster, and on a GPU nobody has measured this
  /// one.
  @Override
  public int priority() {
    return -10;
  }

  @Override
  public Optional<String> unavailableBecause() {
    if (!isPresent(FACTORY)) {
      return Optional.of(
          "ND4J is not on the classpath: add org.nd4j:nd4j-native:1.0.0-M2.1, its natives for this platform, and what they need"
              + " (./tramontane COMMAND --backend nd4j does, and downloads 106 MB once)");
    }
    if (isPresent(CUDA)) {
      return CudaSupport.problem(CudaDriver.probe());
    }
    if (!isPresent(NATIVE)) {
      return Optional.of(
          "ND4J is on the classpath without an implementation: add org.nd4j:nd4j-native:1.0.0-M2.1 or nd4j-cuda-11.6");
    }
    return Optional.empty();
  }

  private static boolean isPresent(String className) {
    try {
      Class.forName(className, false, Nd4jBackendProvider.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /// @throws IllegalStateException if ND4J is not there, or its native library does not load; the message says why
  @Override
  public Backend create(BackendOptions options) {
    unavailableBecause()
        .ifPresent(
            reason -> {
              throw new IllegalStateException(reason);
            });
    return new Nd4jBackend(options);
  }
}
