package org.tramontane.tensor.safetensors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.IoReason;

/// One safetensors file, mapped into memory read-only: nothing is copied, and a file may be larger than 2 GiB.
///
/// Tensors stay valid as long as the arena that the file was opened in.
public final class SafetensorsFile {
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path file;
  private final MemorySegment data;
  private final HeaderParser.Header header;

  private SafetensorsFile(Path file, MemorySegment data, HeaderParser.Header header) {
    this.file = file;
    this.data = data;
    this.header = header;
  }

  /// Maps `file` for as long as `arena` lives.
  ///
  /// @throws UserError if it can't be read or is not a valid safetensors file; the message names file, tensor and cause
  public static SafetensorsFile open(Path file, Arena arena) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < Long.BYTES || Files.isDirectory(file)) {
        throw new UserError(file + ": not a safetensors file: it has no header");
      }
      MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      long headerBytes = all.get(LENGTH, 0);
      long limit = JsonLimit.here();
      if (headerBytes < 0 || headerBytes > limit) {
        throw new UserError(
            "%s: the header claims %s bytes; allowed: %s"
                .formatted(file, Long.toUnsignedString(headerBytes), JsonLimit.allowed(limit)));
      }
      if (headerBytes > size - Long.BYTES) {
        throw new UserError(
            "%s: the header claims %d bytes, but only %d follow"
                .formatted(file, headerBytes, size - Long.BYTES));
      }
      byte[] bytes = all.asSlice(Long.BYTES, headerBytes).toArray(ValueLayout.JAVA_BYTE);
      MemorySegment data = all.asSlice(Long.BYTES + headerBytes);
      return new SafetensorsFile(file, data, HeaderParser.parse(file, bytes, data.byteSize()));
    } catch (NoSuchFileException e) {
      throw new UserError(file + " does not exist", e);
    } catch (IOException e) {
      throw new UserError(file + " can't be read: " + IoReason.of(e), e);
    }
  }

  /// Where it lies.
  public Path path() {
    return file;
  }

  /// The tensors' names, in the header's order.
  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedSet(header.tensors().sequencedKeySet());
  }

  /// The tensors' entries by name, in the header's order.
  public SequencedMap<String, TensorInfo> tensors() {
    return Collections.unmodifiableSequencedMap(header.tensors());
  }

  /// The strings under `__metadata__`.
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  /// The entry of a tensor.
  ///
  /// @throws UserError if there is none of that name
  public TensorInfo info(String name) {
    TensorInfo info = header.tensors().get(name);
    if (info == null) {
      throw new UserError(file + " has no tensor " + Quote.quote(name));
    }
    return info;
  }

  /// A tensor's bytes, read-only.
  ///
  /// @throws UserError if there is none of that name
  public MemorySegment bytes(String name) {
    TensorInfo info = info(name);
    return data.asSlice(info.begin(), info.end() - info.begin());
  }

  /// A tensor on the mapped bytes, read-only.
  ///
  /// @throws UserError if there is none of that name, or its dtype is not F32, BF16 or F16
  public Tensor tensor(String name) {
    TensorInfo info = info(name);
    DType dtype =
        info.dtype()
            .dtype()
            .orElseThrow(
                () ->
                    new UserError(
                        "%s: tensor %s is %s; supported: F32, BF16, F16"
                            .formatted(file, Quote.quote(name), info.dtype())));
    return Tensor.wrap(dtype, info.shape(), bytes(name));
  }
}
