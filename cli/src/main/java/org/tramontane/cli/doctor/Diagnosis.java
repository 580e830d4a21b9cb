package org.tramontane.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tramontane.cli.Version;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendProvider;
import org.tramontane.tensor.Backends;

/// What this machine offers Tramontane.
///
/// @param facts about Java and the machine
/// @param backends all that are on the class path, the one that `auto` would try first in front
/// @param warnings what makes a run slow or impossible, each with what to do
public record Diagnosis(List<Fact> facts, List<BackendState> backends, List<String> warnings) {

  /// A property and its value.
  public record Fact(String key, String value) {}

  /// A backend, and what it runs on or why it can't.
  public record BackendState(String name, boolean available, String description) {}

  /// Looks at this JVM, its environment and its machine.
  public static Diagnosis ofThisMachine() {
    Machine machine = Machine.read();
    BackendOptions options = BackendOptions.defaults();
    List<Fact> facts =
        List.of(
            new Fact("tramontane", Version.tramontane()),
            new Fact("java", Version.java()),
            new Fact("os", machine.os()),
            new Fact("cpu", machine.cpu()),
            new Fact("threads", Integer.toString(options.threads())),
            new Fact("vector", machine.vector()),
            new Fact("memory", machine.physicalMemory()),
            new Fact("heap_limit", machine.heapLimit()),
            new Fact("huge_pages", machine.hugePages()));
    List<BackendState> backends = new ArrayList<>();
    for (BackendProvider provider : Backends.providers()) {
      backends.add(state(provider, options));
    }
    return new Diagnosis(facts, backends, warnings(machine, backends, System.getenv()));
  }

  private static BackendState state(BackendProvider provider, BackendOptions options) {
    String reason = provider.unavailableBecause().orElse(null);
    if (reason != null) {
      return new BackendState(provider.name(), false, reason);
    }
    try (Backend backend = provider.create(options)) {
      return new BackendState(provider.name(), true, backend.description());
    } catch (IllegalStateException e) {
      return new BackendState(provider.name(), false, String.valueOf(e.getMessage()));
    }
  }

  static List<String> warnings(
      Machine machine, List<BackendState> backends, Map<String, String> environment) {
    List<String> warnings = new ArrayList<>();
    if (!machine.hasVectorModule()) {
      warnings.add(
          "the Vector API module is missing: start Java with --add-modules jdk.incubator.vector, as ./tramontane does");
    }
    String core = environment.get("OPENBLAS_CORETYPE");
    if (core != null) {
      warnings.add(
          "OPENBLAS_CORETYPE="
              + core
              + " forces OpenBLAS to that processor's kernels, which can halve its speed; unset it");
    }
    boolean hasNd4j =
        backends.stream().anyMatch(backend -> backend.available() && backend.name().equals("nd4j"));
    boolean spins =
        !"PASSIVE".equalsIgnoreCase(environment.get("OMP_WAIT_POLICY"))
            && !"0".equals(environment.get("GOMP_SPINCOUNT"));
    if (hasNd4j && spins) {
      warnings.add(
          "ND4J's threads spin between operations and take the cores from what runs there: set OMP_WAIT_POLICY=PASSIVE, as ./tramontane does");
    }
    if (machine.hugePages().equals("never")) {
      warnings.add(
          "transparent huge pages are off: set /sys/kernel/mm/transparent_hugepage/enabled to madvise or always");
    }
    if (backends.stream().noneMatch(BackendState::available)) {
      warnings.add("no backend can run here");
    }
    return warnings;
  }
}
