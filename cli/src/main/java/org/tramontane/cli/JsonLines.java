package org.tramontane.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.UserError;

/// The JSON objects of a stream, one per line; holds one line at a time. Blank lines are skipped.
///
/// What is wrong with a line is a [UserError] that names source, line number and key.
final class JsonLines implements AutoCloseable {
  private static final ObjectReader LINE =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build()
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final String source;
  private final BufferedReader lines;
  private long number;
  private JsonNode row = JsonNodeFactory.instance.missingNode();

  /// `source` is what errors call the stream, which is closed with this.
  JsonLines(String source, InputStream bytes) {
    this.source = source;
    // A new decoder reports what is not UTF-8; a charset would replace it.
    this.lines =
        new BufferedReader(
            new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()), 1 << 16);
  }

  /// Moves to the next object; false at the end.
  boolean next() {
    for (String line = read(); line != null; line = read()) {
      if (!line.isBlank()) {
        row = parse(line);
        return true;
      }
    }
    return false;
  }

  /// Whether something is left that can be read without waiting.
  boolean ready() throws IOException {
    return lines.ready();
  }

  /// Where the current object stands.
  String where() {
    return source + ": line " + number;
  }

  String text(String key) {
    JsonNode value = row.path(key);
    if (!value.isTextual()) {
      throw wrong(key, "a string", value);
    }
    return value.textValue();
  }

  int[] ints(String key) {
    JsonNode values = row.path(key);
    if (!values.isArray()) {
      throw wrong(key, "an array of whole numbers", values);
    }
    int[] ints = new int[values.size()];
    for (int i = 0; i < ints.length; i++) {
      JsonNode value = values.get(i);
      if (!value.isIntegralNumber() || !value.canConvertToInt()) {
        throw wrong(key + "[" + i + "]", "a whole number of 32 bits", value);
      }
      ints[i] = value.intValue();
    }
    return ints;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private @Nullable String read() {
    number++;
    try {
      String line = lines.readLine();
      return number == 1 && line != null && line.startsWith(BYTE_ORDER_MARK)
          ? line.substring(1)
          : line;
    } catch (CharacterCodingException e) {
      throw new UserError(where() + " or soon after: not UTF-8 text", e);
    } catch (IOException e) {
      throw new UserError(where() + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  private JsonNode parse(String line) {
    try {
      JsonNode node = LINE.readTree(line);
      if (!node.isObject()) {
        throw new UserError(where() + ": expected a JSON object, found " + brief(node));
      }
      return node;
    } catch (JsonProcessingException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new UserError(where() + ": broken JSON: " + reason, e);
    }
  }

  private UserError wrong(String key, String expected, JsonNode found) {
    return new UserError(
        where()
            + ": "
            + key
            + ": expected "
            + expected
            + ", found "
            + (found.isMissingNode() ? "nothing" : brief(found)));
  }

  private static String brief(JsonNode node) {
    String shown = node.toString();
    return shown.length() > 60 ? shown.substring(0, 60) + "..." : shown;
  }
}
