package org.tramontane.tests.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendOptions.Blas;
import org.tramontane.tensor.BackendProvider;
import org.tramontane.tensor.Backends;

/// Who takes part in the suite: every provider on the class path runs, or is named with the reason why not.
///
/// @param candidates backends under test
/// @param notRun names of providers, with the reason
record Roster(List<Candidate> candidates, Map<String, String> notRun) {
  /// System property: names of backends, and `reference`, that alone take part; all do if it is not set.
  static final String BACKENDS_PROPERTY = "tramontane.backends";

  private static final Roster OF_THIS_RUN = announce(of(Backends.providers(), restriction()));

  /// The roster of this run; it is printed once.
  static Roster ofThisRun() {
    return OF_THIS_RUN;
  }

  /// Whether the F64 reference runs whole models too.
  static boolean hasReference() {
    Set<String> only = restriction();
    return only.isEmpty() || only.contains("reference");
  }

  private static Set<String> restriction() {
    Set<String> only = new TreeSet<>();
    for (String name : System.getProperty(BACKENDS_PROPERTY, "").split(",", -1)) {
      if (!name.isBlank()) {
        only.add(name.strip());
      }
    }
    return only;
  }

  /// The roster of `providers`, of which only those named in `only` take part, or all if it is empty.
  ///
  /// @throws IllegalArgumentException if a name in `only` is nobody's
  static Roster of(List<BackendProvider> providers, Set<String> only) {
    Set<String> unknown = new TreeSet<>(only);
    unknown.remove("reference");
    List<Candidate> candidates = new ArrayList<>();
    Map<String, String> notRun = new LinkedHashMap<>();
    for (BackendProvider provider : providers) {
      unknown.remove(provider.name());
      Optional<String> reason = provider.unavailableBecause();
      if (!only.isEmpty() && !only.contains(provider.name())) {
        notRun.put(provider.name(), "left out by -D" + BACKENDS_PROPERTY);
      } else if (reason.isPresent()) {
        notRun.put(provider.name(), reason.get());
      } else {
        candidates.addAll(candidates(provider));
      }
    }
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "-D" + BACKENDS_PROPERTY + " names " + unknown + "; there are " + providers);
    }
    return new Roster(List.copyOf(candidates), notRun);
  }

  /// With one thread and with several, with each matrix product.
  private static List<Candidate> candidates(BackendProvider provider) {
    List<Candidate> all = new ArrayList<>();
    if (provider.name().equals("cpu")) {
      all.add(new Candidate(provider, new BackendOptions(1, Blas.JAVA)));
      all.add(new Candidate(provider, new BackendOptions(3, Blas.JAVA)));
    } else if (provider
        .name()
        .equals("nd4j")) { // which has threads, but no choice of matrix product
      all.add(new Candidate(provider, new BackendOptions(1, Blas.AUTO)));
    }
    all.add(new Candidate(provider, new BackendOptions(2, Blas.AUTO)));
    return all;
  }

  private static Roster announce(Roster roster) {
    roster.candidates.forEach(candidate -> System.out.println("RUN: backend " + candidate));
    roster.notRun.forEach(
        (name, reason) -> System.out.println("NOT RUN: backend " + name + ": " + reason));
    return roster;
  }
}
