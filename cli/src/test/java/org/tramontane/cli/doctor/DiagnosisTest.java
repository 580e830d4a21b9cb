package org.tramontane.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.tramontane.cli.doctor.Diagnosis.BackendState;

class DiagnosisTest {
  private static final Machine MACHINE = machine(true, "madvise", "0.10");

  private static Machine machine(boolean vectors, String hugePages, String load) {
    return new Machine(
        "Linux",
        "a processor",
        Set.of("avx2", "avx512f"),
        List.of(),
        "512 bits",
        vectors,
        "8.0 GiB",
        "7.0 GiB",
        "2.0 GiB",
        load,
        hugePages);
  }

  private static BackendState cpu(String core) {
    return new BackendState("cpu", true, "", Map.of("openblas_core", core));
  }

  private static List<String> warnings(boolean nd4j, Map<String, String> environment) {
    return Diagnosis.warnings(
        MACHINE,
        List.of(cpu("SkylakeX"), new BackendState("nd4j", nd4j, "", Map.of())),
        environment);
  }

  @Test
  void warnsOfSpinningThreadsWhereNd4jIsThere() {
    assertThat(warnings(true, Map.of()))
        .singleElement()
        .asString()
        .contains("set OMP_WAIT_POLICY=PASSIVE and OPENBLAS_THREAD_TIMEOUT=4");
    assertThat(warnings(true, Map.of("OMP_WAIT_POLICY", "PASSIVE"))).hasSize(1);
    assertThat(warnings(true, Map.of("OPENBLAS_THREAD_TIMEOUT", "4"))).hasSize(1);
    assertThat(warnings(true, Map.of("OMP_WAIT_POLICY", "passive", "OPENBLAS_THREAD_TIMEOUT", "4")))
        .isEmpty();
    assertThat(warnings(true, Map.of("GOMP_SPINCOUNT", "0", "OPENBLAS_THREAD_TIMEOUT", "4")))
        .isEmpty();
    assertThat(warnings(false, Map.of())).isEmpty();
  }

  @Test
  void listsABackendThatIsMissingWithItsReason() {
    assertThat(Diagnosis.ofThisMachine().backends())
        .filteredOn(backend -> backend.name().equals("nd4j"))
        .singleElement()
        .satisfies(
            backend -> {
              assertThat(backend.available()).isFalse();
              assertThat(backend.description()).startsWith("ND4J is not on the classpath: add ");
            });
  }

  @Test
  void warnsOfWhatSlowsTheMachine() {
    List<BackendState> good = List.of(cpu("SkylakeX"));
    assertThat(Diagnosis.warnings(MACHINE, good, Map.of())).isEmpty();
    assertThat(Diagnosis.warnings(machine(false, "always", "0.1"), good, Map.of()))
        .singleElement()
        .asString()
        .contains("--add-modules jdk.incubator.vector");
    assertThat(Diagnosis.warnings(machine(true, "never", "0.1"), good, Map.of()))
        .singleElement()
        .asString()
        .startsWith("transparent huge pages are off");
    assertThat(Diagnosis.warnings(machine(true, "always", "1000000.00"), good, Map.of()))
        .singleElement()
        .asString()
        .contains("(load 1000000.00)");
    assertThat(Diagnosis.warnings(MACHINE, List.of(BackendState.absent("cpu", "broken")), Map.of()))
        .contains("no backend can run here");
  }

  @Test
  void warnsOfMatrixKernelsForAnOlderProcessor() {
    Map<String, String> haswell = Map.of("OPENBLAS_CORETYPE", "Haswell");
    assertThat(Diagnosis.warnings(MACHINE, List.of(cpu("Haswell")), haswell))
        .containsExactly(
            "OPENBLAS_CORETYPE=Haswell forces OpenBLAS to that processor's kernels, which do without this processor's"
                + " AVX-512 and can halve its speed; unset it");
    assertThat(Diagnosis.warnings(MACHINE, List.of(cpu("Prescott")), Map.of()))
        .singleElement()
        .asString()
        .startsWith(
            "OpenBLAS chose its kernels for Prescott, which do without this processor's AVX-512");
    assertThat(
            Diagnosis.warnings(
                MACHINE, List.of(cpu("SkylakeX")), Map.of("OPENBLAS_CORETYPE", "SkylakeX")))
        .singleElement()
        .asString()
        .contains("right only if yours is one");
  }

  @Test
  void saysWhatTheCpuBackendRunsOn() {
    assertThat(Diagnosis.ofThisMachine().backends())
        .filteredOn(backend -> backend.name().equals("cpu"))
        .singleElement()
        .satisfies(
            backend ->
                assertThat(backend.properties())
                    .containsKeys("device", "vector_bits", "openblas_version", "openblas_core"));
  }
}
