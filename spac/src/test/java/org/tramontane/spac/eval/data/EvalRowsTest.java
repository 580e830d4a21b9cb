package org.tramontane.spac.eval.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.spac.eval.task.ChoiceDoc;
import org.tramontane.spac.eval.task.LeaderboardTask;
import org.tramontane.tensor.UserError;

class EvalRowsTest {
  @TempDir private Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void jsonLinesMaybeGzipped() throws IOException {
    Path file = folder.resolve("test.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("{\"a\":\"1\"}\n\n{\"a\":\"2\"}\n".getBytes(StandardCharsets.UTF_8));
    }
    List<EvalRow> rows = EvalRows.read(file);
    assertThat(rows).extracting(row -> row.text("a")).containsExactly("1", "2");
    assertThat(rows.get(1).where()).isEqualTo(file + ": line 3");
  }

  @Test
  void csvWithAHeader() throws IOException {
    Path file =
        write("w.csv", "sentence,option1,option2,answer\n\"A, \"\"b\"\" _ c\",x,\"y\nz\",2\n");
    List<EvalRow> rows = EvalRows.read(file);
    assertThat(rows).hasSize(1);
    assertThat(rows.getFirst().text("sentence")).isEqualTo("A, \"b\" _ c");
    assertThat(rows.getFirst().text("option2")).isEqualTo("y\nz");
    assertThat(rows.getFirst().index("answer", 1, 3)).isEqualTo(2);
  }

  @Test
  void aFolderOfMmluFilesWithoutHeaders() throws IOException {
    Files.createDirectory(folder.resolve("test"));
    write("test/anatomy_test.csv", "\"Where, is it?\",here,there,\"no, where\",up,C\n");
    write("test/virology_test.csv", "q1,1,2,3,4,A\nq2,1,2,3,4,D\n");
    write("test/README.txt", "not data");
    List<EvalRow> rows = EvalRows.read(folder.resolve("test"));
    assertThat(rows)
        .extracting(row -> row.text("subject"))
        .containsExactly("anatomy", "virology", "virology");
    assertThat(LeaderboardTask.MMLU.parse(rows.getFirst()))
        .isEqualTo(
            new ChoiceDoc(
                "Where, is it?\nA. here\nB. there\nC. no, where\nD. up\nAnswer:",
                List.of("A", "B", "C", "D"),
                2));
  }

  /// Written by pyarrow with the Hub's schema of ARC and its codec, Snappy.
  @Test
  void parquet() throws URISyntaxException {
    Path file =
        Path.of(
            Objects.requireNonNull(EvalRowsTest.class.getResource("arc.parquet"), "arc.parquet")
                .toURI());
    List<EvalRow> rows = EvalRows.read(file);
    assertThat(rows).hasSize(3);
    assertThat(LeaderboardTask.ARC_CHALLENGE.parse(rows))
        .containsExactly(
            new ChoiceDoc(
                "Question: Which is a fruit?\nAnswer:",
                List.of("A stone", "An apple", "A cloud"),
                1),
            new ChoiceDoc(
                "Question: Wie viele? \u00e9\uD83D\uDE00\nAnswer:",
                List.of("one", "two", "three", "four"),
                3),
            new ChoiceDoc("Question: Empty?\nAnswer:", List.of("", ""), 0));
    assertThat(rows.get(2).has("id")).isFalse();
    assertThat(rows.get(1).where()).isEqualTo(file + ": row 2");
  }

  @Test
  void faultsNameFileAndRow() throws IOException {
    Path ragged = write("r.csv", "a,b\n1,2\n1,2,3\n");
    assertThatThrownBy(() -> EvalRows.read(ragged))
        .isInstanceOf(UserError.class)
        .hasMessage(ragged + ": row 3: 3 fields; the header has 2");
    Path broken = write("b.jsonl", "{\"a\":1}\n{\"a\":\n");
    assertThatThrownBy(() -> EvalRows.read(broken)).hasMessageStartingWith(broken + ": line 2: ");
    Path empty = write("e.jsonl", "\n");
    assertThatThrownBy(() -> EvalRows.read(empty)).hasMessage(empty + ": no rows");
    Path text = write("t.txt", "x");
    assertThatThrownBy(() -> EvalRows.read(text)).hasMessageContaining("known endings are .jsonl");
    Path fake = write("f.parquet", "PAR1 but no more");
    assertThatThrownBy(() -> EvalRows.read(fake))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(fake + ": cannot be read as Parquet");
    assertThatThrownBy(() -> EvalRows.read(folder.resolve("none.csv")))
        .hasMessageEndingWith("none.csv: no such file");
  }
}
