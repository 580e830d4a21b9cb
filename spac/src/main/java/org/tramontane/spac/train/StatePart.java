package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;
import org.tramontane.transformer.Parameters;

/// One part of a training's state: named arrays, of the few kinds that a file of tensors holds.
///
/// A part refers to the memory that it was made of and copies nothing; it is good until the training goes on.
public final class StatePart {
  /// An array.
  public sealed interface Value {
    /// F32, of any shape.
    record Floats(Tensor tensor) implements Value {}

    /// F64.
    // Nobody compares parts by value; copying them would cost as much as the state is large.
    @SuppressWarnings("ArrayRecordComponent")
    record Doubles(double[] values) implements Value {}

    /// I64.
    @SuppressWarnings("ArrayRecordComponent")
    record Longs(long[] values) implements Value {}

    /// I32: token ids.
    @SuppressWarnings("ArrayRecordComponent")
    record Ints(int[] values) implements Value {}
  }

  private static final String LENGTHS = "/lengths";

  private final SequencedMap<String, Value> values = new LinkedHashMap<>();

  /// A part without values.
  public StatePart() {}

  /// All values by name, in the order that they were put in.
  public SequencedMap<String, Value> values() {
    return Collections.unmodifiableSequencedMap(values);
  }

  /// Adds an array of any kind.
  ///
  /// @throws IllegalArgumentException if the name is taken, or the tensor not F32
  public StatePart put(String name, Value value) {
    if (value instanceof Value.Floats floats && floats.tensor().dtype() != DType.F32) {
      throw new IllegalArgumentException(name + " is " + floats.tensor() + "; allowed: F32");
    }
    if (values.putIfAbsent(name, value) != null) {
      throw new IllegalArgumentException("two values are called '" + name + "'");
    }
    return this;
  }

  /// Adds integers.
  public StatePart putLongs(String name, long... numbers) {
    return put(name, new Value.Longs(numbers));
  }

  /// Adds numbers.
  public StatePart putDoubles(String name, double... numbers) {
    return put(name, new Value.Doubles(numbers));
  }

  /// Adds token sequences.
  public StatePart putSequences(String name, List<int[]> sequences) {
    put(name + LENGTHS, new Value.Longs(sequences.stream().mapToLong(ids -> ids.length).toArray()));
    return put(name, new Value.Ints(sequences.stream().flatMapToInt(Arrays::stream).toArray()));
  }

  /// Adds all tensors of `parameters`, F32, as `prefix/name`.
  public StatePart putParameters(String prefix, Parameters parameters) {
    parameters
        .byName()
        .forEach((name, tensor) -> put(prefix + "/" + name, new Value.Floats(tensor)));
    return this;
  }

  /// Integers that were put in.
  ///
  /// @throws IllegalArgumentException if there are none of that name
  public long[] longs(String name) {
    if (values.get(name) instanceof Value.Longs longs) {
      return longs.values();
    }
    throw missing(name, "integers");
  }

  /// The first of integers that were put in.
  ///
  /// @throws IllegalArgumentException if there is none of that name
  public long longValue(String name) {
    long[] values = longs(name);
    if (values.length == 0) {
      throw missing(name, "integer");
    }
    return values[0];
  }

  /// Numbers that were put in.
  ///
  /// @throws IllegalArgumentException if there are none of that name
  public double[] doubles(String name) {
    if (values.get(name) instanceof Value.Doubles doubles) {
      return doubles.values();
    }
    throw missing(name, "numbers");
  }

  /// The first of numbers that were put in.
  ///
  /// @throws IllegalArgumentException if there is none of that name
  public double doubleValue(String name) {
    double[] values = doubles(name);
    if (values.length == 0) {
      throw missing(name, "number");
    }
    return values[0];
  }

  /// Token sequences that were put in.
  ///
  /// @throws IllegalArgumentException if there are none of that name
  public List<int[]> sequences(String name) {
    if (!(values.get(name) instanceof Value.Ints ids)) {
      throw missing(name, "token ids");
    }
    List<int[]> sequences = new ArrayList<>();
    int from = 0;
    for (long length : longs(name + LENGTHS)) {
      int to = from + Math.toIntExact(length);
      sequences.add(Arrays.copyOfRange(ids.values(), from, to));
      from = to;
    }
    return sequences;
  }

  /// Copies the tensors that were put in as `prefix` into `parameters`.
  ///
  /// @throws IllegalArgumentException if one is missing or has another shape
  public void copyTo(String prefix, Parameters parameters) {
    parameters
        .byName()
        .forEach(
            (name, tensor) -> {
              if (!(values.get(prefix + "/" + name) instanceof Value.Floats floats)) {
                throw missing(prefix + "/" + name, "tensor");
              }
              tensor.copyFrom(floats.tensor());
            });
  }

  private static IllegalArgumentException missing(String name, String kind) {
    return new IllegalArgumentException("the state has no " + kind + " called '" + name + "'");
  }
}
