package org.tramontane.tensor.cpu;

import java.util.Optional;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendProvider;

/// Provides [CpuBackend]. It runs wherever the JVM has the module `jdk.incubator.vector`.
public final class CpuBackendProvider implements BackendProvider {
  static final String NAME = "cpu";

  /// For `java.util.ServiceLoader`.
  public CpuBackendProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  /// Any accelerator goes first.
  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Optional<String> unavailableBecause() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        ? Optional.empty()
        : Optional.of("the JVM was started without --add-modules jdk.incubator.vector");
  }

  @Override
  public Backend create(BackendOptions options) {
    unavailableBecause()
        .ifPresent(
            reason -> {
              throw new IllegalStateException(reason);
            });
    return new CpuBackend(options);
  }
}
