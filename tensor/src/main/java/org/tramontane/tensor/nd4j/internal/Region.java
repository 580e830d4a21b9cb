package org.tramontane.tensor.nd4j.internal;

import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/// A stretch of memory that ND4J knows, and the INDArrays that look at parts of it.
///
/// Making an INDArray costs as much as a small operation, so a region keeps those that it has made.
final class Region implements AutoCloseable {
  /// Kept views; past that all are forgotten and made again as needed.
  private static final int MOST_VIEWS = 64;

  /// The first element, then extents and strides; -1 where there is no such dimension.
  private record Key(
      long offset, long extent0, long stride0, long extent1, long stride1, long extent2) {}

  private final DataBuffer data;
  private final DataType type;
  private final Map<Key, INDArray> views = new HashMap<>();

  Region(DataBuffer data, DataType type) {
    this.data = data;
    this.type = type;
  }

  /// `n` elements from `offset` on, as a vector.
  INDArray vector(long offset, long n) {
    return views()
        .computeIfAbsent(
            new Key(offset, n, -1, -1, -1, -1),
            key -> view(offset, new long[] {n}, new long[] {1}));
  }

  /// A matrix whose rows lie `stride` elements apart.
  INDArray matrix(long offset, long rows, long columns, long stride) {
    return views()
        .computeIfAbsent(
            new Key(offset, rows, stride, columns, -1, -1),
            key -> view(offset, new long[] {rows, columns}, new long[] {stride, 1}));
  }

  /// A dense matrix.
  INDArray matrix(long offset, long rows, long columns) {
    return matrix(offset, rows, columns, columns);
  }

  /// `batch` matrices, `batchStride` elements apart, whose rows lie `stride` elements apart.
  INDArray batch(long offset, long batch, long batchStride, long rows, long stride, long columns) {
    return views()
        .computeIfAbsent(
            new Key(offset, batch, batchStride, rows, stride, columns),
            key ->
                view(
                    offset,
                    new long[] {batch, rows, columns},
                    new long[] {batchStride, stride, 1}));
  }

  private Map<Key, INDArray> views() {
    if (views.size() >= MOST_VIEWS) {
      views.clear();
    }
    return views;
  }

  private INDArray view(long offset, long[] shape, long[] strides) {
    return Nd4j.create(data, shape, strides, offset, 'c', type);
  }

  /// Where operations run on a device: brings what they wrote back to the host's memory. Not every operation of ND4J
  /// notes that it wrote on the device, so this does.
  void toHost() {
    INDArray all = vector(0, data.length());
    Nd4j.getAffinityManager().tagLocation(all, Location.DEVICE);
    Nd4j.getAffinityManager().ensureLocation(all, Location.HOST);
  }

  /// Gives back ND4J's own record of the memory, and the memory itself if ND4J allocated it.
  @Override
  public void close() {
    views.clear();
    data.close();
  }
}
