package org.tramontane.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.tramontane.tensor.internal.Q8Blocks;

/// A contiguous row-major array in off-heap memory: a [DType], a [Shape] and a [MemorySegment].
///
/// A tensor does not own its memory; the [Arena] that it was made from, or the file mapping behind it, does. It may be a
/// view on a part of another tensor. Elements are little-endian, at offsets that are multiples of their size.
///
/// A backend may leave the newest elements on its device. They come to the host when a method of this class reads or
/// writes elements, or hands out the memory; so keep no segment over a call of a kernel that has
/// the tensor as an operand: ask for it again.
///
/// Not thread-safe by itself: two threads may read, or write disjoint parts.
public final class Tensor {
  /// Layout of an F32 element at any offset.
  public static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Layout of a BF16 or F16 element at any offset.
  public static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Alignment of allocated tensors in bytes: one cache line, and one AVX-512 vector.
  public static final long ALIGNMENT = 64;

  private final DType dtype;
  private final Shape shape;
  private final MemorySegment data;
  private final Storage storage;
  private final long offset;

  private Tensor(DType dtype, Shape shape, Storage storage, long offset) {
    this.dtype = dtype;
    this.shape = shape;
    this.storage = storage;
    this.offset = offset;
    this.data = storage.host().asSlice(offset, byteSize(dtype, shape));
  }

  /// A tensor of zeros that lives as long as `arena`.
  public static Tensor allocate(Arena arena, DType dtype, Shape shape) {
    long bytes = byteSize(dtype, shape);
    MemorySegment memory = arena.allocate(Math.max(bytes, 1), ALIGNMENT).asSlice(0, bytes);
    return new Tensor(dtype, shape, new Storage(memory), 0);
  }

  /// An F32 tensor of zeros that lives as long as `arena`.
  public static Tensor allocate(Arena arena, long... extents) {
    return allocate(arena, DType.F32, Shape.of(extents));
  }

  /// An F32 tensor with the given values that lives as long as `arena`.
  public static Tensor of(Arena arena, Shape shape, float... values) {
    return allocate(arena, DType.F32, shape).copyFrom(values);
  }

  /// A tensor on existing memory, which no other tensor should be on: a part of a tensor is made by [#rows] or [#first].
  ///
  /// @throws IllegalArgumentException if `data` has not exactly the bytes that `dtype` and `shape` need
  public static Tensor wrap(DType dtype, Shape shape, MemorySegment data) {
    long bytes = byteSize(dtype, shape);
    if (data.byteSize() != bytes) {
      throw new IllegalArgumentException(
          dtype + " " + shape + " needs " + bytes + " bytes, the memory has " + data.byteSize());
    }
    return new Tensor(dtype, shape, new Storage(data), 0);
  }

  private static long byteSize(DType dtype, Shape shape) {
    if (shape.rank() > 0 && shape.columns() % dtype.blockElements() != 0) {
      throw new IllegalArgumentException(
          dtype + " " + shape + "; allowed: columns in multiples of " + dtype.blockElements());
    }
    return dtype.bytes(shape.elements());
  }

  /// How elements are stored.
  public DType dtype() {
    return dtype;
  }

  /// The extents.
  public Shape shape() {
    return shape;
  }

  /// The memory, exactly as long as the elements need, to read from and write to.
  public MemorySegment data() {
    storage.beforeWrites(offset, byteSize(), false);
    return data;
  }

  /// The memory, exactly as long as the elements need, to read from only.
  public MemorySegment readOnlyData() {
    storage.beforeReads();
    return data.asReadOnly();
  }

  /// The memory that this tensor shares with all views of it.
  public Storage storage() {
    return storage;
  }

  /// Where in [#storage()] the elements begin, in bytes.
  public long offset() {
    return offset;
  }

  /// The bytes of all elements.
  public long byteSize() {
    return data.byteSize();
  }

  /// The number of elements.
  public long elements() {
    return shape.elements();
  }

  /// [Shape#rows()].
  public long rows() {
    return shape.rows();
  }

  /// [Shape#columns()].
  public long columns() {
    return shape.columns();
  }

  /// The same memory under another shape with as many elements.
  public Tensor reshape(long... extents) {
    Shape reshaped = Shape.of(extents);
    if (reshaped.elements() != elements()) {
      throw new IllegalArgumentException("cannot see shape " + shape + " as " + reshaped);
    }
    return new Tensor(dtype, reshaped, storage, offset);
  }

  /// The first elements, as many as the shape has, on the same memory.
  public Tensor first(long... extents) {
    Shape part = Shape.of(extents);
    if (part.elements() > elements()) {
      throw new IllegalArgumentException("shape " + shape + " has no room for " + part);
    }
    return new Tensor(dtype, part, storage, offset);
  }

  /// Rows `from` (included) to `to` (excluded) as a matrix `[to - from, columns]` on the same memory.
  public Tensor rows(long from, long to) {
    if (from < 0 || to < from || to > rows()) {
      throw new IndexOutOfBoundsException(
          "rows " + from + " to " + to + " of " + shape + "; allowed: 0 to " + rows());
    }
    long rowBytes = dtype.bytes(columns());
    return new Tensor(dtype, Shape.of(to - from, columns()), storage, offset + from * rowBytes);
  }

  /// Element `index` of the flattened tensor, widened to F32.
  public float get(long index) {
    storage.beforeReads();
    return switch (dtype) {
      case F32 -> data.get(FLOAT, index * 4);
      case BF16 -> DType.bf16ToFloat(data.get(SHORT, index * 2));
      case F16 -> Float.float16ToFloat(data.get(SHORT, index * 2));
      case Q8_0 -> Q8Blocks.get(data, index);
    };
  }

  /// Sets element `index` of the flattened tensor, rounded to the nearest value of the dtype; not of Q8_0.
  public void set(long index, float value) {
    storage.beforeWrites(offset, byteSize(), false);
    write(index, value);
  }

  private void write(long index, float value) {
    switch (dtype) {
      case F32 -> data.set(FLOAT, index * 4, value);
      case BF16 -> data.set(SHORT, index * 2, DType.floatToBf16(value));
      case F16 -> data.set(SHORT, index * 2, Float.floatToFloat16(value));
      case Q8_0 ->
          throw new IllegalArgumentException(
              "an element of Q8_0 has no place of its own; allowed: copyFrom a whole tensor");
    }
  }

  /// Sets every element to `value`.
  public Tensor fill(float value) {
    DeviceCopy copy = storage.copy();
    if (copy != null && dtype == DType.F32 && copy.fill(offset, byteSize(), value)) {
      return this;
    }
    storage.beforeWrites(offset, byteSize(), true);
    if (value == 0 && Float.floatToRawIntBits(value) == 0) {
      data.fill((byte) 0);
    } else {
      for (long i = 0; i < elements(); i++) {
        write(i, value);
      }
    }
    return this;
  }

  /// Copies `values`, as many as there are elements, into this tensor.
  public Tensor copyFrom(float... values) {
    if (values.length != elements()) {
      throw new IllegalArgumentException(
          "tensor " + shape + " takes " + elements() + " values, not " + values.length);
    }
    storage.beforeWrites(offset, byteSize(), true);
    if (dtype == DType.F32) {
      MemorySegment.copy(values, 0, data, FLOAT, 0, values.length);
    } else {
      for (int i = 0; i < values.length; i++) {
        write(i, values[i]);
      }
    }
    return this;
  }

  /// Copies `source`, a tensor of the same shape and any dtype, into this one.
  public Tensor copyFrom(Tensor source) {
    if (!source.shape.equals(shape)) {
      throw new IllegalArgumentException("cannot copy shape " + source.shape + " into " + shape);
    }
    source.storage.beforeReads();
    storage.beforeWrites(offset, byteSize(), true);
    if (source.dtype == dtype) {
      data.copyFrom(source.data);
    } else if (dtype == DType.Q8_0) {
      Q8Blocks.quantise(source, data);
    } else {
      for (long i = 0; i < elements(); i++) {
        write(i, source.get(i));
      }
    }
    return this;
  }

  /// A copy of the elements, widened to F32.
  ///
  /// @throws ArithmeticException if there are more than an array can hold
  public float[] toArray() {
    float[] values = new float[Math.toIntExact(elements())];
    storage.beforeReads();
    if (dtype == DType.F32) {
      MemorySegment.copy(data, FLOAT, 0, values, 0, values.length);
    } else {
      for (int i = 0; i < values.length; i++) {
        values[i] = get(i);
      }
    }
    return values;
  }

  @Override
  public String toString() {
    return dtype + " " + shape;
  }
}
