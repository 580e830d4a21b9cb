package org.tramontane.tests.conformance;

import java.util.List;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendProvider;

/// A backend under test: a provider and the options that it is made with.
public record Candidate(BackendProvider provider, BackendOptions options) {

  /// Every available backend on the class path; see [Roster] for who is left out and why.
  public static List<Candidate> all() {
    List<Candidate> all = Roster.ofThisRun().candidates();
    if (all.isEmpty()) {
      throw new IllegalStateException("no backend to test: " + Roster.ofThisRun().notRun());
    }
    return all;
  }

  /// Whether the F64 reference takes part where whole models run.
  public static boolean hasReference() {
    return Roster.hasReference();
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
