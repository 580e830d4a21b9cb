package org.tramontane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// The command from its arguments to its output, with a tokenizer that knows `a`, `b`, `ab` and `é`.
class TokenizeCommandTest {
  private static final String TOKENIZER =
      """
      {"added_tokens": [
         {"id": 1, "content": "<s>", "special": true},
         {"id": 2, "content": "</s>", "special": true}],
       "decoder": {"type": "Fuse"},
       "model": {"type": "BPE", "unk_token": "<unk>",
         "vocab": {"<unk>": 0, "<s>": 1, "</s>": 2, "a": 3, "b": 4, "ab": 5, "é": 6, "c": 7},
         "merges": ["a b"]}}
      """;

  private record Result(int code, String out, String err) {}

  @TempDir private Path folder;
  private Path tokenizer;

  @BeforeEach
  void writeTokenizer() throws IOException {
    tokenizer = Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER);
  }

  @Test
  void encodesLineByLine() throws IOException {
    Result result =
        onFile("{\"text\":\"aab\"}\n\n{\"text\":\"\",\"more\":[1]}\r\n{\"text\":\"é\"}");
    assertThat(result)
        .isEqualTo(new Result(0, "{\"ids\":[3,5]}\n{\"ids\":[]}\n{\"ids\":[6]}\n", ""));
  }

  @Test
  void bosComesFirst() throws IOException {
    assertThat(onFile("{\"text\":\"b\"}\n{\"text\":\"\"}\n", "--bos").out())
        .isEqualTo("{\"ids\":[1,4]}\n{\"ids\":[1]}\n");
  }

  @Test
  void decodesWithAndWithoutSpecialTokens() throws IOException {
    String ids = "{\"ids\":[1,5,6,2]}\n{\"ids\":[]}\n";
    assertThat(onFile(ids, "--decode").out()).isEqualTo("{\"text\":\"abé\"}\n{\"text\":\"\"}\n");
    assertThat(onFile(ids, "--decode", "--keep-special").out())
        .isEqualTo("{\"text\":\"<s>abé</s>\"}\n{\"text\":\"\"}\n");
  }

  @Test
  void readsStandardInputAndADirectory() {
    Result result = onStandardInput("\uFEFF{\"text\":\"ab\"}\n", "--tokenizer", folder.toString());
    assertThat(result).isEqualTo(new Result(0, "{\"ids\":[5]}\n", ""));
  }

  @Test
  void errorsNameStandardInputToo() {
    Result result = onStandardInput("\n[1]\n", "--tokenizer", tokenizer.toString());
    assertThat(result)
        .isEqualTo(
            new Result(2, "", "tramontane: <stdin>: line 2: expected a JSON object, found [1]\n"));
  }

  /// Lines before the broken one are written, nothing of the broken one is.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"text":"a"          | broken JSON: Unexpected end-of-input
          {"text":"a"} {}      | broken JSON: Trailing token
          {"text":"a","text":1}| broken JSON: Duplicate field 'text'
          {"txt":"a"}          | text: expected a string, found nothing
          {"text":["a"]}       | text: expected a string, found ["a"]
          "a"                  | expected a JSON object, found "a"
          """)
  void brokenLineIsNamed(String line, String why) throws IOException {
    Result result = onFile("{\"text\":\"a\"}\n\n" + line + "\n{\"text\":\"a\"}\n");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEqualTo("{\"ids\":[3]}\n");
    assertThat(result.err())
        .startsWith("tramontane: " + folder.resolve("in.jsonl") + ": line 3: " + why)
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"ids":3}            | ids: expected an array of whole numbers, found 3
          {"ids":[3,"4"]}      | ids[1]: expected a whole number of 32 bits, found "4"
          {"ids":[3.5]}        | ids[0]: expected a whole number of 32 bits, found 3.5
          {"ids":[4294967299]} | ids[0]: expected a whole number of 32 bits, found 4294967299
          """)
  void brokenIdsAreNamed(String line, String why) throws IOException {
    Result result = onFile(line, "--decode");
    assertThat(result)
        .isEqualTo(
            new Result(
                2, "", "tramontane: " + folder.resolve("in.jsonl") + ": line 1: " + why + "\n"));
  }

  @Test
  void idOutsideTheVocabularyIsNamedWithItsLine() throws IOException {
    for (int id : new int[] {8, -1, Integer.MAX_VALUE}) {
      Result result = onFile("{\"ids\":[3]}\n{\"ids\":[3," + id + "]}", "--decode");
      assertThat(result.code()).isEqualTo(2);
      assertThat(result.out()).isEqualTo("{\"text\":\"a\"}\n");
      assertThat(result.err())
          .contains("in.jsonl: line 2: ids: ", "token id " + id + " is outside [0, 8)");
    }
  }

  @Test
  void inputThatIsNotUtf8IsRefused() throws IOException {
    Path file = folder.resolve("in.jsonl");
    Files.write(file, new byte[] {'{', '"', (byte) 0xFF, '"', '}', '\n'});
    Result result = run("--tokenizer", tokenizer.toString(), "--input", file.toString());
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("in.jsonl: line 1").contains("not UTF-8");
  }

  @Test
  void wrongOptionsAreRefused() throws IOException {
    assertThat(onFile("", "--decode", "--bos").code()).isEqualTo(2);
    assertThat(onFile("", "--keep-special").err()).contains("--keep-special needs --decode");
    assertThat(run().err()).contains("--tokenizer");
    assertThat(run("--tokenizer", folder.resolve("no.json").toString()).err())
        .contains("no.json: no such tokenizer file");
    assertThat(run("--tokenizer", tokenizer.toString(), "--input", "no.jsonl").err())
        .isEqualTo("tramontane: no.jsonl: no such file\n");
  }

  @Test
  void bosMustExist() throws IOException {
    Files.writeString(tokenizer, TOKENIZER.replace("<s>", "<begin>"));
    assertThat(onFile("", "--bos").err()).contains("tokenizer.json: has no BOS token");
  }

  @Test
  void helpShowsExamples() {
    Result result = run("--help");
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("Examples:", "tramontane tokenize --tokenizer DIR --decode");
  }

  /// Answers come while the input is still open, so that another program can talk to this one.
  @Test
  void answersBeforeTheInputEnds() {
    StringWriter out = new StringWriter();
    InputStream asks =
        new InputStream() {
          private int asked;

          @Override
          public int read() {
            throw new UnsupportedOperationException("reads come in blocks");
          }

          @Override
          public int read(byte[] bytes, int from, int length) {
            if (asked++ == 2) {
              return -1;
            }
            assertThat(out.toString()).isEqualTo("{\"ids\":[3]}\n".repeat(asked - 1));
            byte[] line = "{\"text\":\"a\"}\n".getBytes(StandardCharsets.UTF_8);
            System.arraycopy(line, 0, bytes, from, line.length);
            return line.length;
          }
        };
    Result result = onStandardInput(asks, out, "--tokenizer", tokenizer.toString());
    assertThat(result).isEqualTo(new Result(0, "{\"ids\":[3]}\n".repeat(2), ""));
  }

  private Result onFile(String lines, String... options) throws IOException {
    Path file = Files.writeString(folder.resolve("in.jsonl"), lines);
    String[] args = java.util.Arrays.copyOf(options, options.length + 4);
    args[options.length] = "--tokenizer";
    args[options.length + 1] = tokenizer.toString();
    args[options.length + 2] = "--input";
    args[options.length + 3] = file.toString();
    return run(args);
  }

  private static Result onStandardInput(String lines, String... args) {
    InputStream bytes = new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8));
    return onStandardInput(bytes, new StringWriter(), args);
  }

  private static Result onStandardInput(InputStream bytes, StringWriter out, String... args) {
    InputStream before = System.in;
    System.setIn(bytes);
    try {
      return run(out, args);
    } finally {
      System.setIn(before);
    }
  }

  private static Result run(String... args) {
    return run(new StringWriter(), args);
  }

  private static Result run(StringWriter out, String... args) {
    StringWriter err = new StringWriter();
    CommandLine command =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    String[] all = new String[args.length + 1];
    all[0] = "tokenize";
    System.arraycopy(args, 0, all, 1, args.length);
    int code = command.execute(all);
    return new Result(code, out.toString(), err.toString());
  }
}
