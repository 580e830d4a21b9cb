package org.tramontane.spac.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.tensor.UserError;

class DataFileTest {
  private static final String PAIR =
      """
      {"prompt": "2+2?", "chosen": "4", "rejected": "5"}
      """;

  @TempDir Path dir;

  private Path write(String text) throws IOException {
    return Files.writeString(dir.resolve("data.jsonl"), text);
  }

  private DataFile preferences(String text) throws IOException {
    return DataFile.read(write(text), DataPurpose.PREFERENCES);
  }

  @Test
  void readsPromptChosenRejected() throws IOException {
    DataFile file = preferences(PAIR + "\n" + PAIR);
    assertThat(file.shape()).isEqualTo(DataShape.PROMPT);
    assertThat(file.rows()).hasSize(2);
    DataRow second = file.rows().get(1);
    assertThat(second.prompt()).isEqualTo(new Content.Text("2+2?"));
    assertThat(second.chosen()).isEqualTo(new Content.Text("4"));
    assertThat(second.rejected()).isEqualTo(new Content.Text("5"));
    assertThat(second.where()).isEqualTo(dir.resolve("data.jsonl") + ": line 3");
  }

  @Test
  void readsLabelledResponses() throws IOException {
    DataFile file =
        DataFile.read(
            write(
                """
                {"prompt": "2+2?", "completion": "4", "label": true}
                {"prompt": "2+2?", "completion": "5", "label": false}
                """),
            DataPurpose.UNPAIRED);
    assertThat(file.shape()).isEqualTo(DataShape.LABELLED);
    assertThat(file.rows().get(0).label()).isTrue();
    assertThat(file.rows().get(1).label()).isFalse();
    assertThat(file.rows().get(1).chosen()).isEqualTo(new Content.Text("5"));
    assertThat(file.rows().get(1).rejected()).isNull();
  }

  @Test
  void readsLabelledTokens() throws IOException {
    DataFile file =
        DataFile.read(
            write("{\"prompt_ids\": [1], \"completion_ids\": [2], \"label\": false}"),
            DataPurpose.UNPAIRED);
    assertThat(file.rows().getFirst().label()).isFalse();
  }

  @Test
  void pairsAreReadToBeTakenApart() throws IOException {
    DataRow row = DataFile.read(write(PAIR), DataPurpose.UNPAIRED).rows().getFirst();
    assertThat(row.label()).isNull();
    assertThat(row.rejected()).isEqualTo(new Content.Text("5"));
  }

  @Test
  void demonstrationsKeepARejectedResponseIfThereIsOne() throws IOException {
    DataRow pair = DataFile.read(write(PAIR), DataPurpose.DEMONSTRATIONS).rows().getFirst();
    assertThat(pair.rejected()).isEqualTo(new Content.Text("5"));
    DataRow single =
        DataFile.read(
                write("{\"prompt\": \"2+2?\", \"response\": \"4\"}"), DataPurpose.DEMONSTRATIONS)
            .rows()
            .getFirst();
    assertThat(single.chosen()).isEqualTo(new Content.Text("4"));
    assertThat(single.rejected()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"PREFERENCES", "SUPERVISED", "DEMONSTRATIONS"})
  void labelsAreRefusedWhereTheyHaveNoMeaning(DataPurpose purpose) throws IOException {
    Path file = write("{\"prompt\": \"2+2?\", \"completion\": \"4\", \"label\": true}");
    assertThatThrownBy(() -> DataFile.read(file, purpose))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("line 1: a response with a \"label\", which only kto and bco read");
  }

  @Test
  void hashesTheBytes() throws IOException {
    // the hash of PAIR's bytes, by sha256sum
    assertThat(preferences(PAIR).sha256())
        .isEqualTo("6ce922895edbfbb2881bfe0682a5b828a3402f1abdc8e094e693fea138cf44bf");
  }

  @Test
  void readsAnArrayAndGzip() throws IOException {
    Path file = dir.resolve("data.bin");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(("\uFEFF \n[\n" + PAIR + ",\n" + PAIR + "]\n").getBytes(StandardCharsets.UTF_8));
    }
    DataFile read = DataFile.read(file, DataPurpose.PREFERENCES);
    assertThat(read.rows()).hasSize(2);
    assertThat(read.rows().get(1).where()).isEqualTo(file + ": row 2 (line 5)");
  }

  @Test
  void fillsTheInstructionTemplate() throws IOException {
    DataFile file =
        preferences(
            """
            {"instruction": "Add.", "input": "2 2", "output": "o", "chosen": "4", "rejected": "5"}
            {"instruction": "Sing.", "input": "", "chosen": "la", "rejected": "no"}
            """);
    assertThat(file.shape()).isEqualTo(DataShape.INSTRUCTION);
    assertThat(file.rows().get(0).prompt())
        .isEqualTo(
            new Content.Text("### Instruction:\nAdd.\n\n### Input:\n2 2\n\n### Response:\n"));
    assertThat(file.rows().get(1).prompt())
        .isEqualTo(new Content.Text("### Instruction:\nSing.\n\n### Response:\n"));
  }

  @Test
  void splitsTranscriptsAtTheLastCommonTurn() throws IOException {
    DataFile file =
        preferences(
            """
            {"chosen": "\\n\\nHuman: a\\n\\nAssistant: b\\n\\nHuman: c\\n\\nAssistant: yes", \
            "rejected": "\\n\\nHuman: a\\n\\nAssistant: b\\n\\nHuman: c\\n\\nAssistant: y\\n\\nAssistant: z"}
            """);
    assertThat(file.shape()).isEqualTo(DataShape.TRANSCRIPT);
    DataRow row = file.rows().getFirst();
    assertThat(row.prompt())
        .isEqualTo(new Content.Text("\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant:"));
    assertThat(row.chosen()).isEqualTo(new Content.Text(" yes"));
    assertThat(row.rejected()).isEqualTo(new Content.Text(" y\n\nAssistant: z"));
  }

  @Test
  void readsTokenIds() throws IOException {
    DataFile file =
        preferences(
            """
            {"prompt_ids": [1, 5], "chosen_ids": [6, 2], "rejected_ids": [7, 2], "self_ids": [8]}
            """);
    assertThat(file.shape()).isEqualTo(DataShape.PRETOKENIZED);
    DataRow row = file.rows().getFirst();
    assertThat(((Content.Tokens) row.prompt()).ids()).containsExactly(1, 5);
    assertThat(row.self())
        .isInstanceOfSatisfying(
            Content.Tokens.class, self -> assertThat(self.ids()).containsExactly(8));
  }

  @Test
  void supervisedDataNeedsNoRejected() throws IOException {
    String rows =
        """
        {"instruction": "Add.", "output": "4"}
        {"instruction": "Add.", "output": "4", "chosen": "four", "rejected": "5"}
        """;
    DataFile file = DataFile.read(write(rows), DataPurpose.SUPERVISED);
    assertThat(file.rows().get(0).chosen()).isEqualTo(new Content.Text("4"));
    assertThat(file.rows().get(1).chosen()).isEqualTo(new Content.Text("four"));
    assertThat(file.rows().get(1).rejected()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"prompt": "a", "chosen": "b"                       | broken JSON
          {"prompt": "a", "chosen": "b", "rejected": "c"} x   | broken JSON
          {"prompt": "a", "prompt": "b"}                      | broken JSON: Duplicate field 'prompt'
          {"prompt": "a", "chosen": "b"}                      | "rejected" is missing
          {"prompt": "a", "chosen": "", "rejected": "c"}      | "chosen" is an empty response
          {"prompt": "a", "chosen": "b", "rejected": " "}     | "rejected" is an empty response
          {"prompt": "a", "chosen": 3, "rejected": "c"}       | "chosen" is 3; a string is needed
          {"prompt": "a", "chosen": null, "rejected": "c"}    | "chosen" is null; a string is needed
          {"prompt": "a", "chosen": ["x"], "rejected": "c"} | a string is needed
          [1, 2]                                              | not a JSON object
          {"question": "a", "good": "b"}                      | keys [question, good] fit no known shape
          {"instruction": "a", "chosen": "b", "rejected": "c"} | the row has the shape instruction
          """)
  void namesTheBadLine(String line, String problem) throws IOException {
    Path file = write(PAIR + line + "\n" + PAIR);
    assertThatThrownBy(() -> DataFile.read(file, DataPurpose.PREFERENCES))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": line 2: ")
        .hasMessageContaining(problem)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"prompt_ids": [], "chosen_ids": [1], "rejected_ids": [1]}    | "prompt_ids" is empty
          {"prompt_ids": [1], "chosen_ids": [1.5], "rejected_ids": [1]} | "chosen_ids"[0] is 1.5; a token id is needed
          {"prompt_ids": [1], "chosen_ids": "1", "rejected_ids": [1]}   | "chosen_ids" is "1"; an array of token ids
          {"prompt_ids": [1], "chosen_ids": [1], "rejected_ids": [5000000000]} | a token id is needed
          """)
  void namesBadIds(String line, String problem) throws IOException {
    Path file = write(line);
    assertThatThrownBy(() -> DataFile.read(file, DataPurpose.PREFERENCES))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": line 1: ")
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [{"prompt": "a", "chosen": "b", "rejected": "c"}  | line 1: broken JSON
          [{"prompt": "a", "chosen": "b", "rejected": "c"},] | line 1: broken JSON
          [{"prompt": "a", "chosen": "b", "rejected": "c"}] 7 | line 1: text after the end
          []                                                 | no rows
          """)
  void namesWhatIsWrongWithAnArray(String text, String problem) throws IOException {
    Path file = write(text);
    assertThatThrownBy(() -> DataFile.read(file, DataPurpose.PREFERENCES))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": " + problem);
  }

  @Test
  void namesFilesThatCannotBeRead() throws IOException {
    Path missing = dir.resolve("none.jsonl");
    assertThatThrownBy(() -> DataFile.read(missing, DataPurpose.PREFERENCES))
        .isInstanceOf(UserError.class)
        .hasMessage(missing + ": no such file");
    Path latin = dir.resolve("latin.jsonl");
    Files.write(latin, PAIR.replace("2+2", "\u00e9").getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> DataFile.read(latin, DataPurpose.PREFERENCES))
        .isInstanceOf(UserError.class)
        .hasMessage(latin + ": not UTF-8 text");
    Path empty = write("");
    assertThatThrownBy(() -> DataFile.read(empty, DataPurpose.PREFERENCES))
        .hasMessage(empty + ": no rows");
    Path gzip = dir.resolve("cut.gz");
    Files.write(gzip, new byte[] {0x1f, (byte) 0x8b, 8, 0});
    assertThatThrownBy(() -> DataFile.read(gzip, DataPurpose.PREFERENCES))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(gzip + ": cannot be read");
  }

  @Test
  void transcriptsWithoutACommonTurnAreAnError() throws IOException {
    Path file = write("{\"chosen\": \"yes\", \"rejected\": \"no\"}");
    assertThatThrownBy(() -> DataFile.read(file, DataPurpose.PREFERENCES))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("line 1")
        .hasMessageContaining("Assistant:");
  }
}
