package org.tramontane.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendProvider;
import org.tramontane.tensor.Backends;
import org.tramontane.tensor.Tensor;

/// The suite itself: no backend goes untested in silence, and failures say how to repeat them.
class SuiteTest {
  private static final String SERVICE =
      "src/main/resources/META-INF/services/org.tramontane.tensor.BackendProvider";

  @Test
  void everyProviderRunsOrIsNamedWithItsReason() {
    Roster roster = Roster.of(Backends.providers(), Set.of());
    Set<String> accountedFor =
        roster.candidates().stream()
            .map(candidate -> candidate.provider().name())
            .collect(Collectors.toCollection(TreeSet::new));
    accountedFor.addAll(roster.notRun().keySet());
    assertThat(accountedFor)
        .containsExactlyInAnyOrderElementsOf(
            Backends.providers().stream().map(BackendProvider::name).toList())
        .contains("cpu", "nd4j");
    assertThat(roster.notRun().values()).noneMatch(String::isBlank);
    assertThat(roster.candidates())
        .as("what this module has the jars of")
        .anyMatch(candidate -> candidate.provider().name().equals("cpu"))
        .anyMatch(candidate -> candidate.provider().name().equals("nd4j"));
  }

  /// A module of this repository that registers a backend is on this module's class path, or is reported.
  @Test
  void everyProviderOfTheRepositoryIsOnTheClassPathOrReported() throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent();
    Set<String> registered = new TreeSet<>();
    try (Stream<Path> modules = Files.list(root)) {
      for (Path file : modules.map(module -> module.resolve(SERVICE)).toList()) {
        if (Files.exists(file)) {
          Files.readAllLines(file).stream()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .forEach(registered::add);
        }
      }
    }
    assertThat(registered).contains("org.tramontane.tensor.cpu.CpuBackendProvider");
    Set<String> found =
        Backends.providers().stream()
            .map(provider -> provider.getClass().getName())
            .collect(Collectors.toSet());
    for (String name : registered) {
      if (!found.contains(name)) {
        System.out.println("NOT RUN: " + name + ": its module is not part of this build");
      }
      // In the default build everything that needs no SDK is there.
      assertThat(found.contains(name) || name.contains("tornado")).as(name).isTrue();
    }
  }

  @Test
  void theSuiteCanBeRestricted() {
    Roster roster = Roster.of(Backends.providers(), Set.of("cpu"));
    assertThat(roster.candidates())
        .isNotEmpty()
        .allMatch(candidate -> candidate.provider().name().equals("cpu"));
    assertThat(roster.notRun()).containsEntry("nd4j", "left out by -Dtramontane.backends");
    assertThatThrownBy(() -> Roster.of(Backends.providers(), Set.of("gpu")))
        .hasMessageContaining("-Dtramontane.backends names [gpu]");
  }

  @Test
  void aBackendThatCannotRunIsReported() {
    BackendProvider absent =
        new BackendProvider() {
          @Override
          public String name() {
            return "absent";
          }

          @Override
          public int priority() {
            return 0;
          }

          @Override
          public Optional<String> unavailableBecause() {
            return Optional.of("it is not there");
          }

          @Override
          public Backend create(BackendOptions options) {
            throw new IllegalStateException("it is not there");
          }
        };
    Roster roster = Roster.of(List.of(absent), Set.of());
    assertThat(roster.candidates()).isEmpty();
    assertThat(roster.notRun()).containsEntry("absent", "it is not there");
  }

  @Test
  void aFailureNamesItsSeed() {
    try (Operands operands = new Operands(42)) {
      Tensor x = operands.normal(3);
      Tensor y = operands.copy(x);
      y.set(1, y.get(1) + 1);
      AssertionError failure =
          assertThrows(AssertionError.class, () -> Close.assertClose("y", y, x));
      assertThat(SeedOnFailure.withSeed(failure))
          .hasMessageContaining("y[1] of [3] is ")
          .hasMessageContaining("[seed 42, -Dtramontane.seed=");
    }
  }

  @Test
  @SuppressWarnings("restricted") // writes as native code does, where no bounds are asked
  void writingPastAnOperandIsCaught() {
    assertThatThrownBy(
            () -> {
              try (Operands operands = new Operands(1)) {
                Tensor x = operands.normal(3);
                MemorySegment.ofAddress(x.data().address())
                    .reinterpret(16)
                    .set(ValueLayout.JAVA_FLOAT, 12, 1f);
              }
            })
        .hasMessageContaining("wrote past the end of an operand");
  }
}
