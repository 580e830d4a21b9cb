package org.tramontane.cli.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.tensor.UserError;

class SweepFileTest {
  @TempDir Path dir;

  private SweepFile read(String text) throws IOException {
    return SweepFile.read(Files.writeString(dir.resolve("sweep.yaml"), text));
  }

  @Test
  void runsWithTheirArguments() throws IOException {
    SweepFile file =
        read(
            """
            seeds: [3, 1]
            options: {eval_split: 100}
            runs:
              - name: sft
                recipe: sub/sft.yaml
              - name: dpo
                start: sft
                options: {method: dpo, learning_rate: 5e-7}
            """);
    assertThat(file.seeds()).containsExactly(3L, 1L);
    assertThat(file.runs())
        .containsExactly(
            new SweepFile.Run(
                "sft",
                java.util.List.of(
                    "--recipe=" + dir.resolve("sub/sft.yaml").toAbsolutePath(), "--eval-split=100"),
                Optional.empty()),
            new SweepFile.Run(
                "dpo",
                java.util.List.of("--eval-split=100", "--method=dpo", "--learning-rate=5.0E-7"),
                Optional.of("sft")));
    assertThat(file.withSeeds(java.util.List.of(7L)).seeds()).containsExactly(7L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "runs: [{name: a}]|seeds: a list such as [1, 2, 3] is needed",
        "seeds: [1, 1]|1 is not a whole number, or is there twice",
        "seeds: [1.5]|1.5 is not a whole number",
        "seeds: [1]|runs: a list of one run or more is needed",
        "{seeds: [1], runs: [{name: a b}]}|runs[0].name: 'a b'; allowed are letters",
        "{seeds: [1], runs: [{name: a}, {name: a}]}|two runs are called 'a'",
        "{seeds: [1], runs: [{name: a, start: b}]}|run a: start: there is no run 'b' above it",
        "{seeds: [1], runs: [{name: a, lr: 1}]}|unknown key 'runs[0].lr'; allowed: name, options",
        "{seeds: [1], runs: [{name: a, options: {seed: 1}}]}|a: options: seed is the sweep's own",
        "{seeds: [1], runs: [{name: a, options: {bata: 1}}]}|unknown key 'bata'; did you mean 'beta'?",
        "{seeds: [1], runs: [{name: a, options: {beta: x}}]}|beta: x is not a number",
        "{seeds: [1], options: 5, runs: [{name: a}]}|options: a list of 'key: value' lines",
      })
  void whatHasNoMeaningIsRefused(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("sweep.yaml")
        .hasMessageContaining(message);
  }
}
