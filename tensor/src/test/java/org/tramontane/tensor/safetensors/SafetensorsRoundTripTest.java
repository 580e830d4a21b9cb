package org.tramontane.tensor.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;

class SafetensorsRoundTripTest {
  @TempDir Path folder;

  private static SequencedMap<String, Tensor> tensors(Arena arena) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (DType dtype : DType.ofElements()) {
      tensors.put(
          "weight." + dtype,
          Tensor.allocate(arena, dtype, Shape.of(3, 2)).copyFrom(1, -2.5f, 0, 1e-3f, 65504, -0f));
    }
    tensors.put("scalar", Tensor.of(arena, Shape.of(), 7));
    tensors.put("empty", Tensor.allocate(arena, 0, 4));
    return tensors;
  }

  private static void assertEqual(Tensor actual, Tensor expected) {
    assertThat(actual.dtype()).isEqualTo(expected.dtype());
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.data().mismatch(expected.data())).isEqualTo(-1);
  }

  @Test
  void oneFile() throws IOException {
    Path file = folder.resolve("model.safetensors");
    try (Arena arena = Arena.ofConfined()) {
      SequencedMap<String, Tensor> written = tensors(arena);
      SafetensorsWriter.write(file, written, Map.of("format", "pt"));
      SafetensorsFile read = SafetensorsFile.open(file, arena);
      assertThat(read.names()).containsExactlyElementsOf(written.keySet());
      assertThat(read.metadata()).containsEntry("format", "pt");
      written.forEach((name, tensor) -> assertEqual(read.tensor(name), tensor));
      assertThat(
              ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).getLong()
                  % 8)
          .isZero();
    }
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp*");
  }

  @Test
  void shards() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      SequencedMap<String, Tensor> written = tensors(arena);
      SafetensorsWriter.writeCheckpoint(folder, written, 30);
      assertThat(folder.resolve("model-00001-of-00002.safetensors")).exists();
      SafetensorsCheckpoint read = SafetensorsCheckpoint.open(folder, arena);
      assertThat(read.names()).containsExactlyElementsOf(written.keySet());
      written.forEach((name, tensor) -> assertEqual(read.tensor(name), tensor));
    }
  }

  @Test
  void anIndexMayNotLeadOutOfItsFolder() throws IOException {
    Path inside = Files.createDirectory(folder.resolve("inside"));
    try (Arena arena = Arena.ofConfined()) {
      SafetensorsWriter.write(folder.resolve("out.safetensors"), tensors(arena), Map.of());
      for (String target :
          new String[] {
            "../out.safetensors", folder.resolve("out.safetensors").toString(), "x.bin"
          }) {
        Files.writeString(
            inside.resolve(SafetensorsCheckpoint.INDEX),
            "{\"weight_map\": {\"scalar\": \"" + target.replace("\\", "\\\\") + "\"}}");
        assertThatThrownBy(() -> SafetensorsCheckpoint.open(inside, arena))
            .isInstanceOf(UserError.class)
            .hasMessageContaining("tensor 'scalar'")
            .hasMessageContaining("plain name");
      }
    }
  }

  @Test
  void anIndexThatIsWrong() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      SafetensorsWriter.write(folder.resolve("a.safetensors"), tensors(arena), Map.of());
      Path index = folder.resolve(SafetensorsCheckpoint.INDEX);
      Map<String, String> causes =
          Map.of(
              "{\"weight_map\": {\"other\": \"a.safetensors\"}}", "'other' is not in a.safetensors",
              "{\"weight_map\": {\"scalar\": \"b.safetensors\"}}",
                  "b.safetensors, which does not exist",
              "{\"weight_map\": {\"scalar\": 1}}", "plain name",
              "{\"weight_map\": {\"scalar\": \"a.safetensors\", \"scalar\": \"a.safetensors\"}}",
                  "Duplicate",
              "{\"weight_map\": 3}", "not an object",
              "{", "not valid JSON");
      for (Map.Entry<String, String> cause : causes.entrySet()) {
        Files.writeString(index, cause.getKey());
        assertThatThrownBy(() -> SafetensorsCheckpoint.open(folder, arena))
            .isInstanceOf(UserError.class)
            .hasMessageContaining(SafetensorsCheckpoint.INDEX)
            .hasMessageContaining(cause.getValue());
      }
    }
  }

  @Test
  void aTensorPastTwoGibibytes() throws IOException {
    Path file = folder.resolve("large.safetensors");
    long far = 3L << 30;
    String json =
        "{\"far\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]},\"hole\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(far, far + 8, far, far);
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    // A sparse file: its length is 3 GiB, what the disk holds of it is two blocks.
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
      out.write(header);
      out.seek(8 + header.length + far);
      out.write(
          ByteBuffer.allocate(8)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putFloat(1.5f)
              .putFloat(-2)
              .array());
    }
    try (Arena arena = Arena.ofConfined()) {
      assertThat(SafetensorsFile.open(file, arena).tensor("far").toArray())
          .containsExactly(1.5f, -2f);
    }
  }

  @Test
  void aFailedWriteLeavesTheOldFile() throws IOException {
    Path file = Files.writeString(folder.resolve("model.safetensors"), "old");
    SequencedMap<String, Tensor> tensors;
    try (Arena closed = Arena.ofConfined()) {
      tensors = tensors(closed);
    }
    assertThatThrownBy(() -> SafetensorsWriter.write(file, tensors, Map.of()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(file).hasContent("old");
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp*");
    try (Arena arena = Arena.ofConfined()) {
      SequencedMap<String, Tensor> some = tensors(arena);
      assertThatThrownBy(
              () ->
                  SafetensorsWriter.write(folder.resolve("no/such/x.safetensors"), some, Map.of()))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("does not exist");
    }
  }
}
