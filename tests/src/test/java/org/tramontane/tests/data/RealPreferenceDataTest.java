package org.tramontane.tests.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.spac.data.Content;
import org.tramontane.spac.data.DataFile;
import org.tramontane.spac.data.DataPurpose;
import org.tramontane.spac.data.DataRow;
import org.tramontane.spac.data.DataShape;
import org.tramontane.spac.data.ExampleEncoder;
import org.tramontane.spac.data.HeldOut;
import org.tramontane.spac.data.LengthLimits;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.tensor.UserError;
import org.tramontane.tests.Shared;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.tokenizer.Tokenizer;
import org.tramontane.transformer.tokenizer.Tokenizers;

class RealPreferenceDataTest {
  private static final String RASBT = "data/preference/rasbt/instruction-data-with-preference.json";
  private static final String HARMLESS = "data/preference/hh-rlhf/harmless-base.test.jsonl.gz";

  @TempDir Path dir;

  @Test
  void rasbtsInstructionPairs() {
    DataFile file = DataFile.read(Shared.path(RASBT), DataPurpose.PREFERENCES);
    assertThat(file.shape()).isEqualTo(DataShape.INSTRUCTION);
    assertThat(file.rows()).hasSize(1100);
    // As the data's list of sources has it.
    assertThat(file.sha256())
        .isEqualTo("305315abf14f65fa42c01a0877572f832606571c2a7d49f152ac1d758b16756e");

    Path model = Shared.path("data/weights/stories260K-hf");
    MistralConfig config = MistralConfig.load(model);
    Tokenizer tokenizer = Tokenizers.load(model);
    ExampleEncoder encoder = new ExampleEncoder(config, tokenizer::encode, LengthLimits.of(512));
    List<PreferenceExample> examples = encoder.preferences(file.rows());
    assertThat(encoder.truncatedPrompts() + encoder.truncatedResponses()).isZero();
    PreferenceExample second = examples.get(1);
    assertThat(second.promptIds()[0]).isEqualTo(1);
    assertThat(second.chosen().responseIds()).endsWith(2);
    assertThat(tokenizer.decode(second.chosen().ids()))
        .endsWith("### Response:\nHe goes to the park every day.");
  }

  @Test
  void supervisedAndPreferenceDataHoldTheSameRowsOut() {
    Path path = Shared.path(RASBT);
    assertThat(prompts(HeldOut.split(DataFile.read(path, DataPurpose.SUPERVISED).rows(), 100)))
        .isEqualTo(prompts(HeldOut.split(DataFile.read(path, DataPurpose.PREFERENCES).rows(), 100)))
        .hasSize(100);
  }

  private static List<Content> prompts(HeldOut<DataRow> rows) {
    return rows.heldOut().stream().map(DataRow::prompt).toList();
  }

  @Test
  void anthropicsTranscripts() throws IOException {
    Path harmless = Shared.path(HARMLESS);
    // The published file has four pairs without a response; the first is in line 87.
    assertThatThrownBy(() -> DataFile.read(harmless, DataPurpose.PREFERENCES))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("line 87: ")
        .hasMessageContaining("is an empty response");

    List<String> lines = lines(harmless);
    for (int bad : new int[] {1104, 926, 517, 87}) {
      lines.remove(bad - 1);
    }
    DataFile file =
        DataFile.read(Files.write(dir.resolve("clean.jsonl"), lines), DataPurpose.PREFERENCES);
    assertThat(file.shape()).isEqualTo(DataShape.TRANSCRIPT);
    assertThat(file.rows())
        .hasSize(2308)
        .allSatisfy(
            row ->
                assertThat(row.prompt())
                    .isInstanceOfSatisfying(
                        Content.Text.class,
                        prompt -> assertThat(prompt.text()).endsWith("\n\nAssistant:")));
  }

  private static List<String> lines(Path gzip) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(gzip)), StandardCharsets.UTF_8))) {
      return new ArrayList<>(reader.lines().toList());
    }
  }

  @Test
  void aShapeThatIsNotKnownIsNamed() {
    Path file = Shared.path("data/preference/stack_exchange_paired_tiny.json");
    assertThatThrownBy(() -> DataFile.read(file, DataPurpose.PREFERENCES))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": row 1 (line 1): keys [question,")
        .hasMessageContaining("prompt/chosen/rejected");
  }
}
