package org.tramontane.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

  /// Kernels that OpenBLAS has for processors without AVX-512, and without AVX.
  private static final Set<String> WITHOUT_AVX512 =
      Set.of("haswell", "zen", "excavator", "steamroller");

  private static final Set<String> WITHOUT_AVX =
      Set.of("prescott", "core2", "penryn", "nehalem", "generic", "athlon", "opteron", "barcelona");

  /// A property and its value.
  public record Fact(String key, String value) {}

  /// A backend, and what it runs on or why it can't.
  ///
  /// @param properties what it runs on, fact by fact; empty if it can't
  public record BackendState(
      String name, boolean available, String description, Map<String, String> properties) {
    static BackendState absent(String name, String reason) {
      return new BackendState(name, false, reason, Map.of());
    }
  }

  /// Looks at this JVM, its environment and its machine.
  public static Diagnosis ofThisMachine() {
    Machine machine = Machine.read();
    BackendOptions options = BackendOptions.defaults();
    List<Fact> facts = facts(machine, options);
    List<BackendState> backends = new ArrayList<>();
    for (BackendProvider provider : Backends.providers()) {
      backends.add(state(provider, options));
    }
    return new Diagnosis(facts, backends, warnings(machine, backends, System.getenv()));
  }

  /// Of Java and the machine alone, without starting a backend.
  public static List<Fact> factsOfThisMachine() {
    return facts(Machine.read(), BackendOptions.defaults());
  }

  private static List<Fact> facts(Machine machine, BackendOptions options) {
    return List.of(
        new Fact("tramontane", Version.tramontane()),
        new Fact("java", Version.java()),
        new Fact("os", machine.os()),
        new Fact("cpu", machine.cpu()),
        new Fact("gpu", machine.cards().isEmpty() ? "none" : String.join(", ", machine.cards())),
        new Fact("threads", Integer.toString(options.threads())),
        new Fact("vector", machine.vector()),
        new Fact("memory", machine.physicalMemory()),
        new Fact("free_memory", machine.freeMemory()),
        new Fact("heap_limit", machine.heapLimit()),
        new Fact("huge_pages", machine.hugePages()),
        new Fact("load", machine.load()));
  }

  private static BackendState state(BackendProvider provider, BackendOptions options) {
    String reason = provider.unavailableBecause().orElse(null);
    if (reason != null) {
      return BackendState.absent(provider.name(), reason);
    }
    try (Backend backend = Backends.create(provider, options)) {
      return new BackendState(provider.name(), true, backend.description(), backend.properties());
    } catch (IllegalStateException e) {
      return BackendState.absent(provider.name(), String.valueOf(e.getMessage()));
    }
  }

  static List<String> warnings(
      Machine machine, List<BackendState> backends, Map<String, String> environment) {
    List<String> warnings = new ArrayList<>();
    if (!machine.hasVectorModule()) {
      warnings.add(
          "the Vector API module is missing: start Java with --add-modules jdk.incubator.vector, as ./tramontane does");
    }
    blasWarning(machine, backends, environment).ifPresent(warnings::add);
    boolean hasNd4j =
        backends.stream().anyMatch(backend -> backend.available() && backend.name().equals("nd4j"));
    boolean openMpSpins =
        !"PASSIVE".equalsIgnoreCase(environment.get("OMP_WAIT_POLICY"))
            && !"0".equals(environment.get("GOMP_SPINCOUNT"));
    if (hasNd4j && (openMpSpins || environment.get("OPENBLAS_THREAD_TIMEOUT") == null)) {
      warnings.add(
          "ND4J's threads spin after their work and take the cores from what runs next: set OMP_WAIT_POLICY=PASSIVE and"
              + " OPENBLAS_THREAD_TIMEOUT=4, as ./tramontane does");
    }
    if (machine.hugePages().equals("never")) {
      warnings.add(
          "transparent huge pages are off: set /sys/kernel/mm/transparent_hugepage/enabled to madvise or always");
    }
    busyWarning(machine).ifPresent(warnings::add);
    if (backends.stream().noneMatch(BackendState::available)) {
      warnings.add("no backend can run here");
    }
    return warnings;
  }

  private static Optional<String> blasWarning(
      Machine machine, List<BackendState> backends, Map<String, String> environment) {
    String core =
        backends.stream()
            .filter(backend -> backend.name().equals("cpu"))
            .map(backend -> backend.properties().getOrDefault("openblas_core", ""))
            .findFirst()
            .orElse("");
    String forced = environment.getOrDefault("OPENBLAS_CORETYPE", "");
    String lower = core.toLowerCase(Locale.ROOT);
    String lost = "";
    if (machine.cpuFeatures().contains("avx512f")
        && (WITHOUT_AVX512.contains(lower) || WITHOUT_AVX.contains(lower))) {
      lost = "AVX-512";
    } else if (machine.cpuFeatures().contains("avx2") && WITHOUT_AVX.contains(lower)) {
      lost = "AVX2";
    }
    if (!forced.isEmpty()) {
      return Optional.of(
          "OPENBLAS_CORETYPE="
              + forced
              + " forces OpenBLAS to that processor's kernels"
              + (lost.isEmpty()
                  ? ", which are right only if yours is one"
                  : ", which do without this processor's " + lost + " and can halve its speed")
              + "; unset it");
    }
    return lost.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "OpenBLAS chose its kernels for "
                + core
                + ", which do without this processor's "
                + lost
                + ": a hypervisor may hide what the processor is; compare with --suite gemm of tramontane bench");
  }

  private static Optional<String> busyWarning(Machine machine) {
    int processors = Runtime.getRuntime().availableProcessors();
    try {
      if (Double.parseDouble(machine.load()) > processors) {
        return Optional.of(
            "more wants to run (load "
                + machine.load()
                + ") than there are processors ("
                + processors
                + "): whatever is measured now is too slow");
      }
    } catch (NumberFormatException e) {
      // The system does not tell.
    }
    return Optional.empty();
  }
}
