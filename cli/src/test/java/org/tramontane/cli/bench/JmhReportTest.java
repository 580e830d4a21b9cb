package org.tramontane.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.tensor.UserError;

class JmhReportTest {
  private static final String COPY =
      """
      {"benchmark": "a.b.CeilingBenchmark.copy", "mode": "avgt",
       "primaryMetric": {"score": 2.0, "scoreError": 0.1, "scoreUnit": "ms/op"},
       "secondaryMetrics": {"bytes": {"score": 800000000.0, "rawData": [[80000000.0, 80000000.0], [80000000.0]]}}}
      """;
  private static final String SGEMM =
      """
      {"benchmark": "a.b.CeilingBenchmark.sgemm", "mode": "avgt",
       "primaryMetric": {"score": 1.0, "scoreError": "NaN", "scoreUnit": "s/op"},
       "secondaryMetrics": {"flops": {"rawData": [[200000000000.0]]}}}
      """;
  private static final String PRODUCT =
      """
      {"benchmark": "a.b.KernelBenchmark.kernel", "mode": "avgt",
       "params": {"kernel": "Q_PROJ", "backend": "cpu", "layer": "7b"},
       "primaryMetric": {"score": 500000.0, "scoreError": 50000.0, "scoreUnit": "us/op"},
       "secondaryMetrics": {"flops": {"rawData": [[50000000000.0]]}, "bytes": {"rawData": [[0.0]]}}}
      """;

  @TempDir Path dir;

  @SuppressWarnings("NullAway.Init") // JUnit sets the folder before each test
  JmhReportTest() {}

  private Path file(String... results) throws IOException {
    return Files.writeString(dir.resolve("jmh.json"), "[" + String.join(",", results) + "]");
  }

  @Test
  void sharesOfTheCeilingsOfTheSameRun() throws IOException {
    JmhReport report = JmhReport.read(file(PRODUCT, SGEMM, COPY));
    assertThat(report.copy()).isCloseTo(40, within(1e-9));
    assertThat(report.sgemm()).isCloseTo(200, within(1e-9));
    assertThat(report.rows()).hasSize(1);
    assertThat(report.share(report.rows().getFirst())).isCloseTo(0.5, within(1e-9));
    assertThat(report.markdown())
        .contains("Ceilings of this run: copy 40.0 GB/s, cblas_sgemm 200.0 GFLOP/s.")
        .contains(
            "| KernelBenchmark.kernel | Q_PROJ 7b | cpu | 500.00 ms | 10 % | 100.0 GFLOP/s | 0.50 |");
  }

  @Test
  void withoutOpenBlasProductsHaveNoShare() throws IOException {
    JmhReport report = JmhReport.read(file(PRODUCT, COPY));
    assertThat(report.share(report.rows().getFirst())).isNaN();
    assertThat(report.markdown()).contains("| 100.0 GFLOP/s |  |");
  }

  @Test
  void saysWhatIsWrongWithAFile() throws IOException {
    Path none = dir.resolve("none.json");
    assertThatThrownBy(() -> JmhReport.read(none))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("none.json: can't be read");
    Path noCopy = file(PRODUCT);
    assertThatThrownBy(() -> JmhReport.read(noCopy))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has no CeilingBenchmark.copy");
    Path throughput = file(COPY.replace("ms/op", "ops/s"));
    assertThatThrownBy(() -> JmhReport.read(throughput))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("scoreUnit = 'ops/s'; allowed: s/op");
    Path other = Files.writeString(dir.resolve("other.json"), "{}");
    assertThatThrownBy(() -> JmhReport.read(other))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is this JMH's JSON");
  }
}
