package org.tramontane.tensor.tornado;

import java.util.Optional;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendProvider;
import org.tramontane.tensor.tornado.internal.Device;
import org.tramontane.tensor.tornado.internal.Failure;

/// Provides [TornadoBackend] where TornadoVM and a device for it are there.
public final class TornadoBackendProvider implements BackendProvider {
  static final String NAME = "tornado";

  private static final String API = "uk.ac.manchester.tornado.api.TornadoExecutionPlan";
  private static final String RUNTIME = "tornado.load.runtime.implementation";
  private static final String RECOVER = "tornado.recover.bailout";

  /// For `java.util.ServiceLoader`.
  public TornadoBackendProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  /// Never the automatic choice where another can run: the default device may be a slow one, and nobody has measured a fast one.
  @Override
  public int priority() {
    return -20;
  }

  @Override
  public Optional<String> unavailableBecause() {
    if (!isPresent()) {
      return Optional.of(
          "TornadoVM is not on the module path: install its SDK 5.2.0-jdk25, and start with ./tramontane COMMAND --backend tornado");
    }
    if (System.getProperty(RUNTIME) == null) {
      return Optional.of(
          "Java was started without TornadoVM's options: add @$TORNADOVM_HOME/tornado-argfile, as ./tramontane COMMAND --backend tornado does");
    }
    if (!"false".equalsIgnoreCase(System.getProperty(RECOVER, "true"))) {
      return Optional.of(
          "TornadoVM may run kernels that it can't compile as sequential Java: add -D"
              + RECOVER
              + "=False, as ./tramontane COMMAND --backend tornado does");
    }
    try {
      Device.shared();
      return Optional.empty();
    } catch (RuntimeException | LinkageError e) {
      return Optional.of("TornadoVM has no device that works: " + Failure.line(e));
    }
  }

  private static boolean isPresent() {
    try {
      Class.forName(API, false, TornadoBackendProvider.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /// @throws IllegalStateException if TornadoVM or a device is not there; the message says why
  @Override
  public Backend create(BackendOptions options) {
    unavailableBecause()
        .ifPresent(
            reason -> {
              throw new IllegalStateException(reason);
            });
    return new TornadoBackend();
  }
}
