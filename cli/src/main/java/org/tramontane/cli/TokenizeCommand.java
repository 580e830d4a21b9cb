package org.tramontane.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.tokenizer.Tokenizer;
import org.tramontane.transformer.tokenizer.Tokenizers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tramontane tokenize`: JSONL with texts in, JSONL with token ids out, or the other way round.
///
/// It reads and writes line by line, so the input may be endless. Blank lines and unknown keys are ignored.
@Command(
    name = "tokenize",
    mixinStandardHelpOptions = true,
    description = "Turns JSONL lines {\"text\":\"..\"} into {\"ids\":[..]}, or back with --decode.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  echo '{\"text\":\"Hello\"}' | tramontane tokenize --tokenizer DIR",
      "  tramontane tokenize --tokenizer tokenizer.model --bos --input texts.jsonl > ids.jsonl",
      "  tramontane tokenize --tokenizer DIR --decode --input ids.jsonl | jq -r .text"
    })
public final class TokenizeCommand implements Callable<Integer> {
  private static final JsonFactory JSON = new JsonFactory();

  @Spec private CommandSpec spec;

  @Option(
      names = "--tokenizer",
      required = true,
      paramLabel = "FILE|DIR",
      description =
          "tokenizer.json, tokenizer.model, or a checkpoint's directory with one of them.")
  private Path tokenizerPath;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "JSONL file to read instead of standard input.")
  private @Nullable Path input;

  @Option(names = "--decode", description = "Turn {\"ids\":[..]} into {\"text\":\"..\"}.")
  private boolean decode;

  @Option(names = "--bos", description = "Put BOS before the ids of each text.")
  private boolean bos;

  @Option(
      names = "--keep-special",
      description = "With --decode: write special tokens, such as </s>, into the text.")
  private boolean keepSpecial;

  /// For picocli.
  public TokenizeCommand() {}

  @Override
  public Integer call() throws IOException {
    if (decode && bos) {
      throw new ParameterException(spec.commandLine(), "--bos goes without --decode");
    }
    if (keepSpecial && !decode) {
      throw new ParameterException(spec.commandLine(), "--keep-special needs --decode");
    }
    Tokenizer tokenizer = Tokenizers.load(tokenizerPath);
    OptionalInt first = bos ? OptionalInt.of(bosOf(tokenizer)) : OptionalInt.empty();
    PrintWriter out = spec.commandLine().getOut();
    try (JsonLines lines = new JsonLines(source(), open());
        JsonGenerator json = generator(out)) {
      while (lines.next()) {
        if (decode) {
          writeText(json, text(tokenizer, lines));
        } else {
          writeIds(json, first, tokenizer.encode(lines.text("text")));
        }
        json.writeRaw('\n');
        if (!lines.ready()) {
          // Whoever waits for answers line by line gets this one now.
          json.flush();
          checkWritten(out);
        }
      }
    }
    checkWritten(out);
    return 0;
  }

  private int bosOf(Tokenizer tokenizer) {
    return tokenizer
        .bosId()
        .orElseThrow(() -> new UserError(tokenizerPath + ": has no BOS token; leave --bos out"));
  }

  private String source() {
    return input == null ? "<stdin>" : input.toString();
  }

  private InputStream open() throws IOException {
    if (input == null) {
      return System.in;
    }
    if (!Files.isRegularFile(input)) {
      throw new UserError(input + ": no such file");
    }
    return Files.newInputStream(input);
  }

  /// Buffers lines and leaves `out`, which belongs to the command line, open.
  private static JsonGenerator generator(Writer out) throws IOException {
    return JSON.createGenerator(out)
        .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
        .setRootValueSeparator(null);
  }

  private static void writeIds(JsonGenerator json, OptionalInt first, int[] ids)
      throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("ids");
    if (first.isPresent()) {
      json.writeNumber(first.getAsInt());
    }
    for (int id : ids) {
      json.writeNumber(id);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeText(JsonGenerator json, String text) throws IOException {
    json.writeStartObject();
    json.writeStringField("text", text);
    json.writeEndObject();
  }

  private String text(Tokenizer tokenizer, JsonLines lines) {
    int[] ids = lines.ints("ids");
    try {
      return tokenizer.decode(ids, !keepSpecial);
    } catch (UserError e) {
      throw new UserError(lines.where() + ": ids: " + e.getMessage(), e);
    }
  }

  /// Neither a [PrintWriter] nor [System#out] throws; writing past them brings the reason to light.
  private static void checkWritten(PrintWriter out) throws IOException {
    if (out.checkError() || System.out.checkError()) {
      try (FileOutputStream raw = new FileOutputStream(FileDescriptor.out)) {
        raw.write('\n');
      }
      throw new IOException("standard output could not be written");
    }
  }
}
