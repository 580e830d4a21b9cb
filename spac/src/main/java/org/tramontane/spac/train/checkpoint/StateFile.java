package org.tramontane.spac.train.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.tramontane.spac.train.StatePart;
import org.tramontane.spac.train.StatePart.Value;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.safetensors.RawTensor;
import org.tramontane.tensor.safetensors.SafetensorsDType;
import org.tramontane.tensor.safetensors.SafetensorsFile;
import org.tramontane.tensor.safetensors.SafetensorsWriter;
import org.tramontane.tensor.safetensors.TensorInfo;

/// The parts of a training's state as one safetensors file: each value is a tensor called `part/value`, F32, F64, I64 or
/// I32.
public final class StateFile {
  private static final ValueLayout.OfDouble F64 =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private StateFile() {}

  /// Writes `parts`.
  ///
  /// @param metadata strings for the file's `__metadata__`
  /// @throws UserError if it can't be written; what was there before is then untouched
  public static void write(
      Path file, SequencedMap<String, StatePart> parts, Map<String, String> metadata) {
    try (Arena arena = Arena.ofShared()) {
      SequencedMap<String, RawTensor> tensors = new LinkedHashMap<>();
      parts.forEach(
          (part, values) ->
              values
                  .values()
                  .forEach((name, value) -> tensors.put(part + "/" + name, stored(value, arena))));
      SafetensorsWriter.writeRaw(file, tensors, metadata);
    }
  }

  private static RawTensor stored(Value value, Arena arena) {
    return switch (value) {
      case Value.Floats floats -> RawTensor.of(floats.tensor());
      case Value.Doubles doubles -> {
        MemorySegment data = room(arena, doubles.values().length, Double.BYTES);
        MemorySegment.copy(doubles.values(), 0, data, F64, 0, doubles.values().length);
        yield row(SafetensorsDType.F64, doubles.values().length, data);
      }
      case Value.Longs longs -> {
        MemorySegment data = room(arena, longs.values().length, Long.BYTES);
        MemorySegment.copy(longs.values(), 0, data, I64, 0, longs.values().length);
        yield row(SafetensorsDType.I64, longs.values().length, data);
      }
      case Value.Ints ints -> {
        MemorySegment data = room(arena, ints.values().length, Integer.BYTES);
        MemorySegment.copy(ints.values(), 0, data, I32, 0, ints.values().length);
        yield row(SafetensorsDType.I32, ints.values().length, data);
      }
    };
  }

  private static MemorySegment room(Arena arena, int count, int bytes) {
    return arena.allocate(Math.max(1, (long) count * bytes)).asSlice(0, (long) count * bytes);
  }

  private static RawTensor row(SafetensorsDType dtype, int count, MemorySegment data) {
    return new RawTensor(dtype, Shape.of(count), data);
  }

  /// Reads what [#write] has written.
  ///
  /// @param arena in which F32 tensors stay mapped
  /// @throws UserError if the file can't be read or is another kind of file
  public static SequencedMap<String, StatePart> read(Path file, Arena arena) {
    return read(SafetensorsFile.open(file, arena));
  }

  static SequencedMap<String, StatePart> read(SafetensorsFile stored) {
    SequencedMap<String, StatePart> parts = new LinkedHashMap<>();
    stored
        .tensors()
        .forEach(
            (name, info) -> {
              int slash = name.indexOf('/');
              if (slash < 0) {
                throw new UserError(
                    stored.path() + ": not the state of a training: '" + name + "' is in no part");
              }
              parts
                  .computeIfAbsent(name.substring(0, slash), key -> new StatePart())
                  .put(name.substring(slash + 1), value(stored, info));
            });
    return parts;
  }

  private static Value value(SafetensorsFile stored, TensorInfo info) {
    MemorySegment bytes = stored.bytes(info.name());
    return switch (info.dtype()) {
      case F32 -> new Value.Floats(stored.tensor(info.name()));
      case F64 -> new Value.Doubles(bytes.toArray(F64));
      case I64 -> new Value.Longs(bytes.toArray(I64));
      case I32 -> new Value.Ints(bytes.toArray(I32));
      // The format's other 18 types, of which a state has none.
      default ->
          throw new UserError(
              "%s: not the state of a training: '%s' is %s"
                  .formatted(stored.path(), info.name(), info.dtype()));
    };
  }
}
