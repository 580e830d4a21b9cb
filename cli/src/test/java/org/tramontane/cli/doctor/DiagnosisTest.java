package org.tramontane.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tramontane.cli.doctor.Diagnosis.BackendState;

class DiagnosisTest {
  private static final Machine MACHINE =
      new Machine("Linux", "a processor", "512 bits", true, "8.0 GiB", "2.0 GiB", "madvise");

  private static List<String> warnings(boolean nd4j, Map<String, String> environment) {
    List<BackendState> backends =
        List.of(new BackendState("cpu", true, ""), new BackendState("nd4j", nd4j, ""));
    return Diagnosis.warnings(MACHINE, backends, environment);
  }

  @Test
  void warnsOfSpinningThreadsWhereNd4jIsThere() {
    assertThat(warnings(true, Map.of()))
        .singleElement()
        .asString()
        .contains("set OMP_WAIT_POLICY=PASSIVE");
    assertThat(warnings(true, Map.of("OMP_WAIT_POLICY", "passive"))).isEmpty();
    assertThat(warnings(true, Map.of("GOMP_SPINCOUNT", "0"))).isEmpty();
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
}
