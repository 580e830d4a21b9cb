package org.tramontane.tests.golden;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.tramontane.tensor.Backend;
import org.tramontane.tests.conformance.Candidate;
import org.tramontane.tests.reference.ReferenceBackend;

/// Something that runs whole models: the reference, or a backend under test.
record Engine(String name, Supplier<Backend> factory) {

  /// Every candidate, and the reference where not only some backends are asked for.
  static List<Engine> all() {
    List<Engine> all = new ArrayList<>();
    if (Candidate.areAll()) {
      all.add(new Engine("reference", ReferenceBackend::new));
    }
    for (Candidate candidate : Candidate.all()) {
      all.add(new Engine(candidate.toString(), candidate::create));
    }
    return all;
  }

  /// A new backend.
  Backend create() {
    return factory.get();
  }

  @Override
  public String toString() {
    return name;
  }
}
