package org.tramontane.cli.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reads event files back with code of its own: another CRC, another decoder.
class EventFileTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochMilli(1_700_000_000_250L), ZoneOffset.UTC);

  @TempDir Path folder;

  /// CRC32C bit by bit, with the reflected Castagnoli polynomial.
  private static int crc(byte[] bytes) {
    int crc = ~0;
    for (byte b : bytes) {
      crc ^= b & 0xff;
      for (int i = 0; i < 8; i++) {
        crc = (crc >>> 1) ^ ((crc & 1) * 0x82f63b78);
      }
    }
    return ~crc;
  }

  private static int masked(byte[] bytes) {
    int crc = crc(bytes);
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }

  private static List<ByteBuffer> records(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<ByteBuffer> records = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] length = new byte[8];
      bytes.get(length);
      assertThat(bytes.getInt()).isEqualTo(masked(length));
      byte[] payload =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      bytes.get(payload);
      assertThat(bytes.getInt()).isEqualTo(masked(payload));
      records.add(ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN));
    }
    return records;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  /// Fields by number; a repeated one is a list.
  private static Map<Integer, List<Object>> fields(ByteBuffer in) {
    Map<Integer, List<Object>> fields = new LinkedHashMap<>();
    while (in.hasRemaining()) {
      long key = varint(in);
      Object value =
          switch ((int) (key & 7)) {
            case 0 -> varint(in);
            case 1 -> in.getDouble();
            case 2 -> {
              ByteBuffer part = in.slice(in.position() + lengthSize(in), peek(in));
              in.position(in.position() + lengthSize(in) + peek(in));
              yield part.order(ByteOrder.LITTLE_ENDIAN);
            }
            case 5 -> in.getFloat();
            default -> throw new IllegalStateException("wire type of " + key);
          };
      fields.computeIfAbsent((int) (key >>> 3), number -> new ArrayList<>()).add(value);
    }
    return fields;
  }

  private static int peek(ByteBuffer in) {
    return (int) varint(in.duplicate());
  }

  private static int lengthSize(ByteBuffer in) {
    ByteBuffer copy = in.duplicate();
    varint(copy);
    return copy.position() - in.position();
  }

  /// All values of a field; none if it is not there.
  private static List<Object> all(Map<Integer, List<Object>> fields, int number) {
    return fields.getOrDefault(number, List.of());
  }

  /// The message in a field.
  private static Map<Integer, List<Object>> inner(Map<Integer, List<Object>> fields, int number) {
    return fields((ByteBuffer) all(fields, number).getFirst());
  }

  private static String text(Object bytes) {
    return StandardCharsets.UTF_8.decode((ByteBuffer) bytes).toString();
  }

  @Test
  void theCrcIsThatOfTheStandard() {
    // RFC 3720, B.4: 32 bytes of zeros.
    assertThat(crc(new byte[32])).isEqualTo(0x8a9136aa);
  }

  @Test
  void scalars() throws IOException {
    Path path;
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("train/loss", 0.6931471805599453);
    values.put("train/größe", -1e-7);
    try (EventFile file = EventFile.in(folder, CLOCK)) {
      path = file.path();
      file.scalars(1, values);
      file.scalars(300_000_000_000L, Map.of("eval/accuracy", Double.NaN));
    }
    assertThat(path.getFileName()).hasToString("events.out.tfevents.1700000000.tramontane");
    List<ByteBuffer> records = records(path);
    assertThat(records).hasSize(3);

    Map<Integer, List<Object>> version = fields(records.get(0));
    assertThat(version.get(1)).containsExactly(1_700_000_000.25);
    assertThat(version.get(3))
        .singleElement()
        .satisfies(v -> assertThat(text(v)).isEqualTo("brain.Event:2"));

    Map<Integer, List<Object>> first = fields(records.get(1));
    assertThat(first.get(2)).containsExactly(1L);
    List<Object> summary = all(inner(first, 5), 1);
    assertThat(summary).hasSize(2);
    Map<Integer, List<Object>> loss = fields((ByteBuffer) summary.get(0));
    assertThat(text(all(loss, 1).getFirst())).isEqualTo("train/loss");
    assertThat(loss.get(2)).containsExactly(0.6931472f);
    Map<Integer, List<Object>> size = fields((ByteBuffer) summary.get(1));
    assertThat(text(all(size, 1).getFirst())).isEqualTo("train/größe");
    assertThat(size.get(2)).containsExactly(-1e-7f);

    Map<Integer, List<Object>> last = fields(records.get(2));
    assertThat(last.get(2)).containsExactly(300_000_000_000L);
    Map<Integer, List<Object>> accuracy = inner(inner(last, 5), 1);
    assertThat(accuracy.get(2)).containsExactly(Float.NaN);
  }
}
