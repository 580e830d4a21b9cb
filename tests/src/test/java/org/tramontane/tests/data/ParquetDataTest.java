package org.tramontane.tests.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tramontane.spac.data.BadRows;
import org.tramontane.spac.data.Content;
import org.tramontane.spac.data.DataFile;
import org.tramontane.spac.data.DataPurpose;
import org.tramontane.spac.data.DataShape;
import org.tramontane.tensor.UserError;

/// Parquet files as the Hub has them; `README.md` beside them says how they were made.
class ParquetDataTest {
  @TempDir Path dir;
  private int files;

  private static Path file(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(ParquetDataTest.class.getResource("/parquet/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> texts(Content content) {
    return content instanceof Content.Messages(List<ObjectNode> messages)
        ? messages.stream()
            .map(m -> m.path("role").asText() + ": " + m.path("content").asText())
            .toList()
        : List.of("no messages: " + content);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ultrafeedback-snappy", "ultrafeedback-zstd", "implicit-prompt"})
  void dialoguesThatBeginWithThePrompt(String name) {
    DataFile file = DataFile.read(file(name + ".parquet"), DataPurpose.PREFERENCES);
    assertThat(file.shape()).isEqualTo(DataShape.IMPLICIT_CONVERSATION);
    assertThat(file.rows()).hasSize(4);
    assertThat(texts(file.rows().get(2).prompt()))
        .containsExactly("user: How are you? \ud83e\udd8a");
    assertThat(texts(file.rows().get(2).chosen()))
        .containsExactly("assistant: Well, thank you.\nAnd you?");
    assertThat(texts(Objects.requireNonNull(file.rows().get(3).rejected())))
        .containsExactly("assistant: Go away.");
    assertThat(file.rows().get(3).where()).endsWith(".parquet: row 4");
  }

  @Test
  void aPromptOfItsOwn() {
    DataFile file = DataFile.read(file("explicit-prompt.parquet"), DataPurpose.PREFERENCES);
    assertThat(file.shape()).isEqualTo(DataShape.CONVERSATION);
    assertThat(texts(file.rows().getFirst().prompt()))
        .containsExactly("system: Be kind.", "user: What is a fox?");
    assertThat(texts(file.rows().getFirst().chosen()))
        .containsExactly("assistant: A small wild animal.");
  }

  @Test
  void textAndTokenIds() {
    DataFile text = DataFile.read(file("text.parquet"), DataPurpose.PREFERENCES);
    assertThat(text.shape()).isEqualTo(DataShape.PROMPT);
    assertThat(text.rows().get(1).chosen()).isEqualTo(new Content.Text("Green."));
    DataFile ids = DataFile.read(file("token-ids.parquet"), DataPurpose.PREFERENCES);
    assertThat(ids.rows().get(2).prompt())
        .isInstanceOfSatisfying(
            Content.Tokens.class, tokens -> assertThat(tokens.ids()).containsExactly(1, 4));
  }

  @Test
  void labels() {
    DataFile file = DataFile.read(file("unpaired.parquet"), DataPurpose.UNPAIRED);
    assertThat(file.shape()).isEqualTo(DataShape.LABELLED);
    assertThat(file.rows())
        .extracting(row -> row.label())
        .containsExactly(false, true, false, true);
  }

  @Test
  void badRowsAreNamedOrSkipped() {
    Path file = file("bad-rows.parquet");
    assertThatThrownBy(() -> DataFile.read(file, DataPurpose.PREFERENCES))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": row 2: \"rejected\" is null; a list of messages is needed");
    BadRows badRows = BadRows.skipping();
    assertThat(DataFile.read(file, DataPurpose.PREFERENCES, badRows).rows()).hasSize(2);
    assertThat(badRows.skipped()).isEqualTo(2);
    assertThat(badRows.reasons())
        .containsExactly(
            file + ": row 2: \"rejected\" is null; a list of messages is needed",
            file + ": row 3: \"chosen\"[1]: \"content\" is null; a text is needed");
  }

  @Test
  void aShapeThatIsNotKnown() {
    assertThatThrownBy(() -> DataFile.read(file("unknown-shape.parquet"), DataPurpose.PREFERENCES))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("columns [question, answer] fit no known shape");
  }

  @ParameterizedTest
  @CsvSource({"0.1", "0.5", "0.9", "0.999"})
  void aTornFile(double share) throws IOException {
    byte[] bytes = Files.readAllBytes(file("ultrafeedback-snappy.parquet"));
    assertRefusedOrRead(Arrays.copyOf(bytes, (int) (share * bytes.length)), true);
  }

  /// Damaged bytes give one line or, where the damage is in a place that nobody reads or looks like data, rows; never a
  /// crash, and never a wait without end.
  @Test
  void damage() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    String[] names = {"ultrafeedback-snappy", "ultrafeedback-zstd", "explicit-prompt", "token-ids"};
    for (int i = 0; i < 120; i++) {
      byte[] bytes = Files.readAllBytes(file(names[i % names.length] + ".parquet"));
      int changes = 1 + random.nextInt(3);
      for (int j = 0; j < changes; j++) {
        // Every other change hits the footer, where sizes and places stand.
        int from = j % 2 == 0 ? 4 : bytes.length * 2 / 3;
        bytes[random.nextInt(from, bytes.length)] = (byte) random.nextInt();
      }
      assertRefusedOrRead(bytes, false);
    }
  }

  /// A page header that asks for 2 GiB, once for the page and once for what is in the file.
  @Test
  void aHeaderThatClaimsTooMuch() throws IOException {
    byte[] bytes = Files.readAllBytes(file("text.parquet"));
    byte[] huge = {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
    // Behind the magic: field 1, the type; field 2, the page's size; field 3, its size in the file.
    assertThat(bytes[4]).isEqualTo((byte) 0x15);
    assertThat(bytes[6]).isEqualTo((byte) 0x15);
    int at = 7;
    for (int field = 2; field <= 3; field++) {
      int end = at;
      while (bytes[end] < 0) {
        end++;
      }
      byte[] bomb =
          ByteBuffer.allocate(at + huge.length + bytes.length - end - 1)
              .put(bytes, 0, at)
              .put(huge)
              .put(bytes, end + 1, bytes.length - end - 1)
              .array();
      Path file = Files.write(dir.resolve("bomb" + field + ".parquet"), bomb);
      assertThatThrownBy(() -> DataFile.read(file, DataPurpose.PREFERENCES))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("the page at byte 4: it claims 2147483647 bytes");
      at = end + 2;
    }
  }

  private void assertRefusedOrRead(byte[] bytes, boolean refused) throws IOException {
    Path damaged = Files.write(dir.resolve("damaged" + files++ + ".parquet"), bytes);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          try {
            DataFile.read(damaged, DataPurpose.PREFERENCES, BadRows.skipping());
            assertThat(refused).isFalse();
          } catch (UserError e) {
            assertThat(e.getMessage()).startsWith(damaged.toString()).hasLineCount(1);
          }
        });
  }
}
