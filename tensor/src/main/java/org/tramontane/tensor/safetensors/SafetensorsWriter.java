package org.tramontane.tensor.safetensors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.AtomicFiles;

/// Writes safetensors files that Hugging Face's libraries read. Tensors go from their memory to the file in pieces; the
/// file is never whole in the heap.
public final class SafetensorsWriter {
  /// How large a shard gets at most by default, in bytes, as in Hugging Face's `save_pretrained`.
  public static final long DEFAULT_SHARD_BYTES = 5_000_000_000L;

  private static final int PIECE_BYTES = 1 << 24;
  private static final ObjectMapper JSON = new ObjectMapper();

  private SafetensorsWriter() {}

  /// Writes one file, beside its place first and then renamed.
  ///
  /// @param tensors by name, written in this order
  /// @param metadata strings for `__metadata__`; readers of PyTorch models look for `format` = `pt`
  /// @throws UserError if it can't be written; what was there before is then untouched
  public static void write(
      Path file, SequencedMap<String, Tensor> tensors, Map<String, String> metadata) {
    writeRaw(file, raw(tensors), metadata);
  }

  /// Writes one file of elements of any type, beside its place first and then renamed.
  ///
  /// @param tensors by name, written in this order
  /// @throws UserError if it can't be written; what was there before is then untouched
  public static void writeRaw(
      Path file, SequencedMap<String, RawTensor> tensors, Map<String, String> metadata) {
    AtomicFiles.writeFile(file, beside -> writeTo(beside, tensors, metadata));
  }

  private static SequencedMap<String, RawTensor> raw(SequencedMap<String, Tensor> tensors) {
    SequencedMap<String, RawTensor> raw = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> raw.put(name, RawTensor.of(tensor)));
    return raw;
  }

  /// Writes a checkpoint into `folder`: `model.safetensors`, or shards and their index if it is larger than
  /// `shardBytes`. A single tensor is never split. For a folder that is itself put in place as a whole.
  ///
  /// @throws IOException if it can't be written
  public static void writeCheckpoint(
      Path folder, SequencedMap<String, Tensor> tensors, long shardBytes) throws IOException {
    Map<String, String> metadata = Map.of("format", "pt");
    List<SequencedMap<String, Tensor>> shards = split(tensors, shardBytes);
    if (shards.size() == 1) {
      writeTo(folder.resolve(SafetensorsCheckpoint.SINGLE), raw(tensors), metadata);
      return;
    }
    ObjectNode index = JSON.createObjectNode();
    long total = tensors.values().stream().mapToLong(tensor -> tensor.byteSize()).sum();
    index.putObject("metadata").put("total_size", total);
    ObjectNode weightMap = index.putObject("weight_map");
    for (int i = 0; i < shards.size(); i++) {
      String name = "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
      writeTo(folder.resolve(name), raw(shards.get(i)), metadata);
      shards.get(i).keySet().forEach(tensor -> weightMap.put(tensor, name));
    }
    AtomicFiles.writeString(
        folder.resolve(SafetensorsCheckpoint.INDEX), index.toPrettyString() + "\n");
  }

  private static List<SequencedMap<String, Tensor>> split(
      SequencedMap<String, Tensor> tensors, long shardBytes) {
    List<SequencedMap<String, Tensor>> shards = new ArrayList<>();
    shards.add(new LinkedHashMap<>());
    long bytes = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      long size = entry.getValue().byteSize();
      if (bytes > 0 && bytes + size > shardBytes) {
        shards.add(new LinkedHashMap<>());
        bytes = 0;
      }
      shards.getLast().put(entry.getKey(), entry.getValue());
      bytes += size;
    }
    return shards;
  }

  private static void writeTo(
      Path file, SequencedMap<String, RawTensor> tensors, Map<String, String> metadata)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeFully(channel, header(tensors, metadata));
      for (RawTensor tensor : tensors.values()) {
        MemorySegment data = tensor.data();
        for (long from = 0; from < data.byteSize(); from += PIECE_BYTES) {
          long length = Math.min(PIECE_BYTES, data.byteSize() - from);
          writeFully(channel, data.asSlice(from, length).asByteBuffer());
        }
      }
    }
  }

  /// Length and JSON, padded with spaces so that the data begin at a multiple of 8.
  private static ByteBuffer header(
      SequencedMap<String, RawTensor> tensors, Map<String, String> metadata) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode strings = root.putObject("__metadata__");
      metadata.forEach(strings::put);
    }
    long offset = 0;
    for (Map.Entry<String, RawTensor> entry : tensors.entrySet()) {
      RawTensor tensor = entry.getValue();
      ObjectNode node = root.putObject(entry.getKey()).put("dtype", tensor.dtype().name());
      var shape = node.putArray("shape");
      for (long extent : tensor.shape().toArray()) {
        shape.add(extent);
      }
      node.putArray("data_offsets").add(offset).add(offset + tensor.data().byteSize());
      offset += tensor.data().byteSize();
    }
    byte[] json = JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    int padded = Math.ceilDiv(json.length, 8) * 8;
    ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(padded).put(json);
    while (buffer.hasRemaining()) {
      buffer.put((byte) ' ');
    }
    return buffer.flip();
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
