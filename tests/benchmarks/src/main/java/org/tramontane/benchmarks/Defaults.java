package org.tramontane.benchmarks;

import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.Backends;

/// What all benchmarks have in common.
final class Defaults {
  static final int FORKS = 2;
  static final int WARM_UP = 3;
  static final int ITERATIONS = 5;

  /// System property: host threads of a backend; all processors if it is not set.
  static final String THREADS_PROPERTY = "tramontane.threads";

  private Defaults() {}

  static int threads() {
    return Integer.getInteger(THREADS_PROPERTY, Runtime.getRuntime().availableProcessors());
  }

  /// The backend of that name, or an error: JMH then says why instead of a figure.
  static Backend backend(String name) {
    return Backends.create(name, BackendOptions.threads(threads()));
  }
}
