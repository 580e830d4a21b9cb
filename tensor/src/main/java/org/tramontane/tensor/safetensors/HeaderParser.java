package org.tramontane.tensor.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.UserError;

/// Reads a header and checks it against the file, strictly as the reference implementation does: every tensor's bytes
/// fit its dtype and shape, and all tensors together cover the data without overlap or hole.
final class HeaderParser {
  /// As deep as a valid header nests, with room to spare; a deeper one is hostile.
  private static final int MAX_DEPTH = 8;

  private static final int MAX_RANK = 32;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(65_536)
                  .maxStringLength(16 << 20)
                  .maxNumberLength(32)
                  .build())
          .build();

  private final Path file;
  private final long dataBytes;
  private final SequencedMap<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final SequencedMap<String, String> metadata = new LinkedHashMap<>();

  private HeaderParser(Path file, long dataBytes) {
    this.file = file;
    this.dataBytes = dataBytes;
  }

  /// What a header says.
  record Header(SequencedMap<String, TensorInfo> tensors, SequencedMap<String, String> metadata) {}

  /// Parses `bytes`, the header of `file`, which is followed by `dataBytes` bytes of data.
  ///
  /// @throws UserError that names file, tensor and cause
  static Header parse(Path file, byte[] bytes, long dataBytes) {
    HeaderParser parser = new HeaderParser(file, dataBytes);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      parser.readHeader(text);
    } catch (CharacterCodingException e) {
      throw new UserError(file + ": the header is not UTF-8", e);
    } catch (JsonProcessingException e) {
      throw new UserError(
          file
              + ": the header is not valid JSON: "
              + Quote.oneLine(String.valueOf(e.getOriginalMessage())),
          e);
    } catch (IOException e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
    parser.requireFullCover();
    return new Header(parser.tensors, parser.metadata);
  }

  private void readHeader(String text) throws IOException {
    try (JsonParser json = JSON.createParser(text)) {
      expect(json.nextToken() == JsonToken.START_OBJECT, "the header is not a JSON object");
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        expect(
            json.nextToken() == JsonToken.START_OBJECT,
            "the entry " + Quote.quote(name) + " is not an object");
        if (name.equals("__metadata__")) {
          readMetadata(json);
        } else {
          tensors.put(name, readEntry(json, name));
        }
      }
      // The format allows spaces after the object, which align the data.
      expect(json.nextToken() == null, "the header goes on after its JSON object");
    }
  }

  private void readMetadata(JsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      expect(
          json.nextToken() == JsonToken.VALUE_STRING,
          "__metadata__." + Quote.oneLine(key) + " is not a string");
      metadata.put(key, json.getText());
    }
  }

  private TensorInfo readEntry(JsonParser json, String name) throws IOException {
    SafetensorsDType dtype = null;
    Shape shape = null;
    long[] offsets = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      json.nextToken();
      switch (key) {
        case "dtype" -> dtype = readDType(json, name);
        case "shape" -> shape = readShape(json, name);
        case "data_offsets" -> offsets = readIntegers(json, name, key, 2);
        default -> throw error(name, "has the unknown key " + Quote.quote(key));
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
      throw error(name, "needs dtype, shape and two data_offsets");
    }
    return check(new TensorInfo(name, dtype, shape, offsets[0], offsets[1]));
  }

  private SafetensorsDType readDType(JsonParser json, String name) throws IOException {
    String text = json.getText();
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw error(name, "has a dtype that is not a string: " + Quote.oneLine(text));
    }
    return SafetensorsDType.named(text)
        .orElseThrow(() -> error(name, "has the unknown dtype " + Quote.quote(text)));
  }

  private Shape readShape(JsonParser json, String name) throws IOException {
    long[] extents = readIntegers(json, name, "shape", MAX_RANK);
    try {
      return Shape.of(extents);
    } catch (IllegalArgumentException e) {
      throw error(name, "has an impossible shape: " + e.getMessage());
    }
  }

  private long[] readIntegers(JsonParser json, String name, String key, int most)
      throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw error(name, "has a " + key + " that is not an array");
    }
    List<Long> values = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
          || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          || json.getLongValue() < 0
          || values.size() == most) {
        throw error(name, "has a " + key + " that is not up to " + most + " integers of 0 or more");
      }
      values.add(json.getLongValue());
    }
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  private TensorInfo check(TensorInfo info) {
    String name = info.name();
    if (info.begin() > info.end() || info.end() > dataBytes) {
      throw error(
          name,
          "has data_offsets [%d, %d], outside of the %d bytes of data"
              .formatted(info.begin(), info.end(), dataBytes));
    }
    long bits;
    try {
      bits = Math.multiplyExact(info.shape().elements(), (long) info.dtype().bits());
    } catch (ArithmeticException e) {
      throw error(name, "has a shape whose size overflows: " + info.shape());
    }
    long bytes = info.end() - info.begin();
    if (bits % 8 != 0 || bits / 8 != bytes) {
      throw error(
          name,
          "is %s %s and needs %d bytes, but its data_offsets hold %d"
              .formatted(info.dtype(), info.shape(), Math.ceilDiv(bits, 8), bytes));
    }
    return info;
  }

  private void requireFullCover() {
    List<TensorInfo> inOrder = new ArrayList<>(tensors.values());
    inOrder.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
    long covered = 0;
    for (TensorInfo info : inOrder) {
      if (info.begin() < covered) {
        throw error(info.name(), "overlaps another tensor at byte " + info.begin());
      }
      if (info.begin() > covered) {
        throw error(
            info.name(), "leaves bytes %d to %d to no tensor".formatted(covered, info.begin()));
      }
      covered = info.end();
    }
    if (covered != dataBytes) {
      throw new UserError(
          "%s: the tensors need %d bytes of data, the file has %d; is it truncated or damaged?"
              .formatted(file, covered, dataBytes));
    }
  }

  private void expect(boolean holds, String otherwise) {
    if (!holds) {
      throw new UserError(file + ": " + otherwise);
    }
  }

  private UserError error(String tensor, String cause) {
    return new UserError(file + ": tensor " + Quote.quote(tensor) + " " + cause);
  }
}
