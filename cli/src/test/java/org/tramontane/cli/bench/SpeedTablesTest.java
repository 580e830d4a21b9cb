package org.tramontane.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.Ceilings;

class SpeedTablesTest {
  /// 512 tokens in 0.5, 1 and 2 seconds: a median of 512 tokens/s, 300 GFLOP/s.
  private static final SpeedResult READING =
      new SpeedResult(
          "m", 7_000, "BF16", "pp512", "tornado", 512, List.of(2.0, 0.5, 1.0), 3e11, 0, Map.of());

  /// 128 tokens a second, 600 GB/s.
  private static final SpeedResult GENERATING =
      new SpeedResult(
          "m",
          7_000,
          "BF16",
          "tg128",
          "tornado",
          128,
          List.of(1.0),
          0,
          6e11,
          Map.of("host_ms", 0.8));

  private static final Map<String, Ceilings> CEILINGS =
      Map.of("tornado", new Ceilings(3e12, 6e11, "a copy of 1 MiB"));

  @Test
  void sharesOfWhatTheDeviceCanDo() {
    assertThat(SpeedTables.details(List.of(READING, GENERATING), CEILINGS))
        .contains("| m | pp512 | tornado | 300.0 |  | 0.50 of its products |  |")
        .contains("| m | tg128 | tornado |  | 600.0 | 0.20 of its copy | host_ms 0.80 |")
        .contains("tornado at best: copy 3,000 GB/s, products 600 GFLOP/s (a copy of 1 MiB).");
  }

  @Test
  void noShareWhereNothingWasMeasured() {
    assertThat(SpeedTables.details(List.of(READING), Map.of()))
        .contains("| m | pp512 | tornado | 300.0 |  |  |  |")
        .doesNotContain("at best");
    Map<String, Ceilings> onlyCopy = Map.of("tornado", new Ceilings(3e12, 0, "a copy"));
    assertThat(SpeedTables.details(List.of(READING), onlyCopy))
        .contains("| m | pp512 | tornado | 300.0 |  |  |  |")
        .contains("tornado at best: copy 3,000 GB/s (a copy).");
  }

  @Test
  void asJson() {
    JsonNode json = SpeedTables.json(List.of(READING, GENERATING), Map.of(), CEILINGS);
    assertThat(json.at("/ceilings/tornado/copy_gb_per_second").asDouble()).isEqualTo(3000);
    assertThat(json.at("/ceilings/tornado/gflops").asDouble()).isEqualTo(600);
    assertThat(json.at("/results/0/share").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/results/1/share").asDouble()).isEqualTo(0.2);
    assertThat(SpeedTables.json(List.of(READING), Map.of(), Map.of()).has("ceilings")).isFalse();
  }

  @Test
  void ceilingsAreNoNegativeNumbers() {
    assertThatThrownBy(() -> new Ceilings(-1, 0, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("copyBytesPerSecond = -1.0");
    assertThatThrownBy(() -> new Ceilings(0, Double.NaN, ""))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
