package org.tramontane.spac.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.tensor.UserError;

/// Conversations in TRL's shapes.
class ConversationRowsTest {
  @TempDir Path dir;

  private static String message(String role, String content) {
    return "{'role':'" + role + "','content':'" + content + "'}";
  }

  private static final String Q = message("user", "q");
  private static final String GOOD = message("assistant", "good");
  private static final String BAD = message("assistant", "bad");

  private DataFile read(DataPurpose purpose, String... rows) throws IOException {
    Path file = dir.resolve("data.jsonl");
    Files.writeString(file, String.join("\n", rows).replace('\'', '"'));
    return DataFile.read(file, purpose);
  }

  private static String text(Content content) {
    StringBuilder text = new StringBuilder();
    if (content instanceof Content.Messages(List<ObjectNode> messages)) {
      messages.forEach(
          m -> text.append(m.path("role").asText().charAt(0)).append(m.path("content").asText()));
    }
    return text.toString();
  }

  private static void assertPair(DataFile file, DataShape shape, String prompt) {
    assertThat(file.shape()).isEqualTo(shape);
    DataRow row = file.rows().getFirst();
    assertThat(text(row.prompt())).isEqualTo(prompt);
    assertThat(text(row.chosen())).isEqualTo("agood");
    assertThat(text(Objects.requireNonNull(row.rejected()))).isEqualTo("abad");
  }

  @Test
  void pairs() throws IOException {
    assertPair(
        read(
            DataPurpose.PREFERENCES,
            "{'prompt':[" + Q + "],'chosen':[" + GOOD + "],'rejected':[" + BAD + "]}"),
        DataShape.CONVERSATION,
        "uq");
    String implicit = "'chosen':[" + Q + "," + GOOD + "],'rejected':[" + Q + "," + BAD + "]}";
    assertPair(
        read(DataPurpose.PREFERENCES, "{" + implicit), DataShape.IMPLICIT_CONVERSATION, "uq");
    // ultrafeedback_binarized repeats the question as a text.
    assertPair(
        read(DataPurpose.PREFERENCES, "{'prompt':'q','messages':[" + Q + "]," + implicit),
        DataShape.IMPLICIT_CONVERSATION,
        "uq");
  }

  @Test
  void theSharedBeginningIsThePrompt() throws IOException {
    String dialogue = message("system", "s") + "," + Q + "," + GOOD + "," + message("user", "r");
    DataFile file =
        read(
            DataPurpose.PREFERENCES,
            "{'chosen':[" + dialogue + "," + GOOD + "],'rejected':[" + dialogue + "," + BAD + "]}",
            "{'chosen':[" + Q + "," + GOOD + "],'rejected':[" + Q + "," + GOOD + "]}");
    assertPair(file, DataShape.IMPLICIT_CONVERSATION, "ssuqagoodur");
    // Equal dialogues: at least the last message is the response.
    assertThat(text(file.rows().get(1).prompt())).isEqualTo("uq");
    assertThat(text(file.rows().get(1).chosen())).isEqualTo("agood");
  }

  @Test
  void supervised() throws IOException {
    DataFile messages =
        read(DataPurpose.SUPERVISED, "{'messages':[" + Q + "," + BAD + "," + Q + "," + GOOD + "]}");
    assertThat(messages.shape()).isEqualTo(DataShape.MESSAGES);
    assertThat(text(messages.rows().getFirst().prompt())).isEqualTo("uqabaduq");
    assertThat(text(messages.rows().getFirst().chosen())).isEqualTo("agood");
    DataFile completion =
        read(DataPurpose.SUPERVISED, "{'prompt':[" + Q + "],'completion':[" + GOOD + "]}");
    assertThat(completion.shape()).isEqualTo(DataShape.COMPLETION_CONVERSATION);
    assertThat(text(completion.rows().getFirst().chosen())).isEqualTo("agood");
    DataFile pair =
        read(
            DataPurpose.SUPERVISED,
            "{'prompt':[" + Q + "],'chosen':[" + GOOD + "],'rejected':[" + BAD + "]}");
    assertThat(pair.rows().getFirst().rejected()).isNull();
  }

  @Test
  void labelled() throws IOException {
    DataFile file =
        read(
            DataPurpose.UNPAIRED,
            "{'prompt':[" + Q + "],'completion':[" + GOOD + "],'label':true}",
            "{'prompt':[" + Q + "],'completion':[" + BAD + "],'label':false}");
    assertThat(file.shape()).isEqualTo(DataShape.LABELLED_CONVERSATION);
    assertThat(file.rows()).extracting(DataRow::label).containsExactly(true, false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'prompt':[Q],'chosen':[A],'rejected':[]} | \"rejected\" is empty",
        "{'prompt':[Q],'chosen':[A]} | \"rejected\" is missing; a list of messages",
        "{'prompt':[Q],'chosen':[A],'rejected':'b'} | \"rejected\" is \"b\"; a list of messages",
        "{'prompt':[Q],'chosen':[A],'rejected':[{'role':'assistant'}]} | \"rejected\"[0]: \"content\" is missing",
        "{'prompt':[Q],'chosen':[A],'rejected':[{'content':'b'}]} | a message with a role is needed",
        "{'prompt':[Q],'chosen':[A],'rejected':[Q]} | of the role \"user\"",
        "{'prompt':[Q],'chosen':[A],'rejected':[{'role':'assistant','content':' '}]} | \"rejected\" is an empty response",
        "{'prompt':[Q,A],'chosen':[A],'rejected':[A]} | ends with a message of the assistant",
        "{'chosen':[A],'rejected':[A]} | so there is no prompt",
        "{'messages':[Q,A]} | only sft and spin read it",
        "{'prompt':[Q],'completion':[A],'label':true} | which only kto and bco read"
      })
  void whatIsWrong(String row, String cause) {
    String json = row.replace("Q", Q).replace("A]", GOOD + "]");
    assertThatThrownBy(() -> read(DataPurpose.PREFERENCES, json))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("data.jsonl: line 1: ")
        .hasMessageContaining(cause);
  }

  @Test
  void skippedRowsAreCounted() throws IOException {
    Path file = dir.resolve("mixed.jsonl");
    Files.writeString(
        file,
        """
        {"prompt":"a","chosen":"b"}
        {"prompt":"a","chosen":"b","rejected":"c"}
        {"prompt":"a",
        5
        {"prompt":"a","chosen":"b","rejected":" "}
        {"instruction":"a","chosen":"b","rejected":"c"}
        {"prompt":"d","chosen":"e","rejected":"f"}
        """);
    BadRows badRows = BadRows.skipping();
    DataFile read = DataFile.read(file, DataPurpose.PREFERENCES, badRows);
    assertThat(read.rows()).extracting(DataRow::where).allMatch(w -> w.matches(".*line [27]"));
    assertThat(badRows.skipped()).isEqualTo(5);
    assertThat(badRows.reasons())
        .hasSize(5)
        .allMatch(reason -> reason.startsWith(file + ": line "));
    Files.writeString(file, "{\"prompt\":\"a\"}\n{\"prompt\":\"b\"}\n");
    assertThatThrownBy(() -> DataFile.read(file, DataPurpose.PREFERENCES, BadRows.skipping()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no rows; 2 were skipped, the first: ");
  }
}
