package org.tramontane.spac.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.tramontane.tensor.UserError;

/// Reads the objects of a JSONL file, or of a file with one JSON array, either of them maybe gzipped.
///
/// Which it is shows in the content: gzip by its magic number, an array by its opening bracket. Blank lines are
/// skipped.
public final class JsonRows {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /// For a line, which holds one object and nothing after it.
  private static final ObjectReader LINE =
      JSON.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final int BYTE_ORDER_MARK = 0xFEFF;

  /// Takes one object and where it stands.
  public interface Consumer {
    /// Takes `row`, which stands at `where`: file and line or row number.
    void accept(String where, ObjectNode row);

    /// A row that is no object, or no JSON, where the rows behind it can still be read.
    ///
    /// @param fault names file and row
    default void broken(UserError fault) {
      throw fault;
    }
  }

  private final Path file;
  private final Consumer consumer;

  private JsonRows(Path file, Consumer consumer) {
    this.file = file;
    this.consumer = consumer;
  }

  /// Hands each object of `file` to `consumer`, in order.
  ///
  /// @throws UserError if the file is not there, not UTF-8, or not JSON
  public static void read(Path file, Consumer consumer) {
    if (!Files.isRegularFile(file)) {
      throw new UserError(file + ": no such file");
    }
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        BufferedReader text = utf8(inflated(raw))) {
      new JsonRows(file, consumer).read(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // each caller of the parser names the line itself
    } catch (CharacterCodingException e) {
      throw new UserError(file + ": not UTF-8 text", e);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static InputStream inflated(InputStream raw) throws IOException {
    raw.mark(2);
    boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
    raw.reset();
    return gzip ? new GZIPInputStream(raw) : raw;
  }

  private static BufferedReader utf8(InputStream bytes) {
    // A new decoder reports what is not UTF-8; a charset would replace it.
    return new BufferedReader(
        new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()), 1 << 16);
  }

  private void read(BufferedReader text) throws IOException {
    skipByteOrderMark(text);
    if (startsWithBracket(text)) {
      readArray(text);
    } else {
      readLines(text);
    }
  }

  private static void skipByteOrderMark(BufferedReader text) throws IOException {
    text.mark(1);
    if (text.read() != BYTE_ORDER_MARK) {
      text.reset();
    }
  }

  private static boolean startsWithBracket(BufferedReader text) throws IOException {
    text.mark(1 << 15);
    int c = text.read();
    for (int i = 0; i < (1 << 14) && Character.isWhitespace(c); i++) {
      c = text.read();
    }
    text.reset();
    return c == '[';
  }

  private void readLines(BufferedReader text) throws IOException {
    int number = 0;
    for (String line = text.readLine(); line != null; line = text.readLine()) {
      number++;
      if (!line.isBlank()) {
        String where = file + ": line " + number;
        JsonNode node;
        try {
          node = LINE.readTree(line);
        } catch (JsonProcessingException e) {
          consumer.broken(broken(where, e));
          continue;
        }
        accept(where, node);
      }
    }
  }

  private void readArray(BufferedReader text) throws IOException {
    try (JsonParser parser = JSON.createParser(text)) {
      parser.nextToken();
      int number = 0;
      for (JsonToken token = parser.nextToken();
          token != JsonToken.END_ARRAY;
          token = parser.nextToken()) {
        int line = parser.currentTokenLocation().getLineNr();
        accept(
            file + ": row " + ++number + " (line " + line + ")",
            parser.<JsonNode>readValueAsTree());
      }
      if (parser.nextToken() != null) {
        throw new UserError(
            file
                + ": line "
                + parser.currentTokenLocation().getLineNr()
                + ": text after the end of the JSON array");
      }
    } catch (JsonProcessingException e) {
      throw broken(file + ": line " + e.getLocation().getLineNr(), e);
    }
  }

  private void accept(String where, JsonNode node) {
    if (!(node instanceof ObjectNode object)) {
      consumer.broken(new UserError(where + ": not a JSON object; each row is an object"));
      return;
    }
    consumer.accept(where, object);
  }

  private static UserError broken(String where, JsonProcessingException e) {
    String reason = e.getOriginalMessage().lines().findFirst().orElse("");
    return new UserError(
        where + ": broken JSON: " + reason + "; one object per line, or one array, is needed", e);
  }
}
