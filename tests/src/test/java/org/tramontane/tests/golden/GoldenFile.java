package org.tramontane.tests.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A safetensors file of reference answers, read on its own: it holds F64 and I64, which no checkpoint has.
final class GoldenFile {
  static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode header;
  private final ByteBuffer data;

  GoldenFile(Path file) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      int length = Math.toIntExact(bytes.getLong());
      header = JSON.readTree(new String(bytes.array(), 8, length, StandardCharsets.UTF_8));
      data = bytes.slice(8 + length, bytes.capacity() - 8 - length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(Path file) {
    try {
      return JSON.readTree(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The numbers of a JSON array.
  static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asDouble();
    }
    return values;
  }

  /// The integers of a JSON array.
  static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }

  boolean has(String name) {
    return header.has(name);
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    header.fieldNames().forEachRemaining(names::add);
    names.remove("__metadata__");
    return names;
  }

  /// A tensor's elements, row-major.
  double[] get(String name) {
    JsonNode entry = header.get(name);
    int from = entry.get("data_offsets").get(0).asInt();
    int to = entry.get("data_offsets").get(1).asInt();
    ByteBuffer bytes = data.slice(from, to - from).order(ByteOrder.LITTLE_ENDIAN);
    String dtype = entry.get("dtype").asText();
    int width = dtype.equals("F32") ? 4 : 8;
    double[] values = new double[(to - from) / width];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (dtype) {
            case "F32" -> bytes.getFloat(4 * i);
            case "F64" -> bytes.getDouble(8 * i);
            case "I64" -> bytes.getLong(8 * i);
            default -> throw new IllegalArgumentException(dtype);
          };
    }
    return values;
  }
}
