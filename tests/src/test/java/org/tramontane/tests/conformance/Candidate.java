package org.tramontane.tests.conformance;

import java.util.ArrayList;
import java.util.List;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendOptions.Blas;
import org.tramontane.tensor.BackendProvider;
import org.tramontane.tensor.Backends;

/// A backend under test: a provider and the options that it is made with.
public record Candidate(BackendProvider provider, BackendOptions options) {

  /// Backends to test, separated by commas, if not all: system property `tramontane.backends`.
  private static final String NAMES = System.getProperty("tramontane.backends", "");

  /// Every available backend on the class path, with one thread and with several, with each matrix product.
  public static List<Candidate> all() {
    List<Candidate> all = new ArrayList<>();
    for (BackendProvider provider : Backends.providers()) {
      if (!NAMES.isEmpty() && !List.of(NAMES.split(",")).contains(provider.name())) {
        continue;
      }
      if (provider.unavailableBecause().isPresent()) {
        System.out.println(
            "NOT RUN: backend " + provider.name() + ": " + provider.unavailableBecause().get());
        continue;
      }
      if (provider.name().equals("cpu")) {
        all.add(new Candidate(provider, new BackendOptions(1, Blas.JAVA)));
        all.add(new Candidate(provider, new BackendOptions(3, Blas.JAVA)));
      } else if (provider
          .name()
          .equals("nd4j")) { // only the CPU backend has a choice of matrix product
        all.add(new Candidate(provider, new BackendOptions(1, Blas.AUTO)));
      }
      all.add(new Candidate(provider, new BackendOptions(2, Blas.AUTO)));
    }
    if (all.isEmpty()) {
      throw new IllegalStateException("no backend to test: " + NAMES + Backends.providers());
    }
    return all;
  }

  /// Whether every backend is tested.
  public static boolean areAll() {
    return NAMES.isEmpty();
  }

  /// A new backend.
  public Backend create() {
    return provider.create(options);
  }

  @Override
  public String toString() {
    return provider.name() + " threads=" + options.threads() + " blas=" + options.blas();
  }
}
