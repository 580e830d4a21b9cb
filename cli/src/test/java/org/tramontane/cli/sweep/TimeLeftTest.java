package org.tramontane.cli.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TimeLeftTest {
  @Test
  void isTheSumOfWhatRunsOfTheSameNamesTook() {
    Map<String, Double> seconds = Map.of("sft", 10.0, "dpo", 30.0);
    assertThat(TimeLeft.of(List.of("sft", "dpo", "sft"), seconds)).hasValue(50);
    // A name that never ran counts as the mean of the others, 20.
    assertThat(TimeLeft.of(List.of("spac", "sft"), seconds)).hasValue(30);
    assertThat(TimeLeft.of(List.of("sft"), Map.of())).isEmpty();
    assertThat(TimeLeft.of(List.of(), Map.of())).hasValue(0);
  }

  @Test
  void inWords() {
    assertThat(TimeLeft.text(OptionalDouble.empty())).isEqualTo("time left not known yet");
    assertThat(TimeLeft.text(OptionalDouble.of(42))).isEqualTo("about 42 s left");
    assertThat(TimeLeft.text(OptionalDouble.of(600))).isEqualTo("about 10 min left");
    assertThat(TimeLeft.text(OptionalDouble.of(9000))).isEqualTo("about 2.5 h left");
  }
}
