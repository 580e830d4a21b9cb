package org.tramontane.cli.align;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.spac.train.StepReport;

class MetricsFileTest {
  @TempDir Path dir;

  private static StepReport step(int step, Map<String, Double> metrics) {
    SequencedMap<String, Double> ordered =
        Collections.unmodifiableSequencedMap(new LinkedHashMap<>(metrics));
    return new StepReport(1, step, 2, step / 2.0, 0.25, 1.5, 1e-5, ordered, 64, 0.5);
  }

  private String written(Map<String, Double> metrics) throws IOException {
    Path file = dir.resolve("metrics.csv");
    try (MetricsFile csv = MetricsFile.create(file)) {
      csv.onStep(step(1, metrics));
      csv.onStep(step(2, metrics));
    }
    return Files.readString(file);
  }

  @Test
  void hasOneHeaderAndOneRowPerStep() throws IOException {
    assertThat(written(Map.of("rewards/margins", 3.5)))
        .isEqualTo(
            """
            round,step,epoch,loss,grad_norm,learning_rate,tokens,rewards/margins,seconds
            1,1,0.5,0.25,1.5,1.0E-5,64,3.5,0.5
            1,2,1,0.25,1.5,1.0E-5,64,3.5,0.5
            """);
  }

  @Test
  void goesOn() throws IOException {
    Map<String, Double> metrics = Map.of("rewards/margins", 3.5);
    String whole = written(metrics);
    Path file = dir.resolve("metrics.csv");
    Files.delete(file);
    MetricsFile.create(file).close();
    for (int step = 1; step <= 2; step++) {
      try (MetricsFile csv = MetricsFile.append(file)) {
        csv.onStep(step(step, metrics));
      }
    }
    assertThat(file).hasContent(whole);
  }

  @Test
  void alsoWithoutMetrics() throws IOException {
    assertThat(written(Map.of()))
        .isEqualTo(
            """
            round,step,epoch,loss,grad_norm,learning_rate,tokens,seconds
            1,1,0.5,0.25,1.5,1.0E-5,64,0.5
            1,2,1,0.25,1.5,1.0E-5,64,0.5
            """);
  }
}
