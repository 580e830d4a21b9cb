package org.tramontane.tensor.tornado.internal;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.tornado.internal.DeviceArray.Travel;
import org.tramontane.tensor.tornado.internal.Launch.Grid;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/// Moves bytes between tensors and regions: by [CudaQueue] where there is one; else in pieces, as TornadoVM sends whole arrays only, so that
/// arrays of a few sizes travel, and the device copies between them and the regions.
final class Transfers {
  /// Elements of the arrays that travel. A piece takes the smallest that holds it.
  private static final int[] SIZES = {1 << 8, 1 << 13, 1 << 18, 1 << 22};

  private final Device device;
  private final List<@Nullable DeviceArray> floatsIn = empty();
  private final List<@Nullable DeviceArray> floatsOut = empty();
  private final List<@Nullable DeviceArray> wordsIn = empty();
  private @Nullable DeviceArray partial;
  private @Nullable DeviceArray indices;
  private long sent;

  Transfers(Device device) {
    this.device = device;
  }

  private static List<@Nullable DeviceArray> empty() {
    List<@Nullable DeviceArray> list = new ArrayList<>();
    for (int i = 0; i < SIZES.length; i++) {
      list.add(null);
    }
    return list;
  }

  private static int sizeFor(long elements) {
    int size = 0;
    while (size < SIZES.length - 1 && SIZES[size] < elements) {
      size++;
    }
    return size;
  }

  /// @param host what to send
  /// @param from its first byte to send
  /// @param bytes how many
  /// @param to the first element of the region to overwrite
  void toDevice(MemorySegment host, long from, long bytes, Region region, long to) {
    boolean wide = region.array().isWide();
    int width = wide ? 4 : 2;
    CudaQueue queue = device.queue();
    if (queue != null) {
      queue.copyToDevice(host.asSlice(from, bytes), region.array(), width * (region.offset() + to));
      sent += bytes;
      return;
    }
    long elements = bytes / width;
    for (long done = 0; done < elements; ) {
      int size = sizeFor(elements - done);
      int count = (int) Math.min(SIZES[size], elements - done);
      DeviceArray staging = staging(wide ? floatsIn : wordsIn, size, wide, Travel.IN);
      MemorySegment.copy(
          host,
          from + done * width,
          staging.array().getSegmentWithHeader(),
          TornadoNativeArray.ARRAY_HEADER,
          (long) count * width);
      int offset = Math.toIntExact(region.offset() + to + done);
      int units = wide ? count : (count + 1) / 2; // pairs of words; a region has an even number
      int[] ints = {units, wide ? offset : offset / 2};
      Kernel kernel = wide ? Kernel.FLOATS_IN : Kernel.WORDS_IN;
      device.transfer(kernel, units, ints, staging, region.array());
      sent += (long) count * width;
      done += count;
    }
  }

  /// @param host as many bytes as the region has
  void toHost(Region region, MemorySegment host) {
    CudaQueue queue = device.queue();
    if (queue != null) {
      queue.copyToHost(region.array(), 4L * region.offset(), host);
      return;
    }
    long elements = host.byteSize() / 4;
    for (long done = 0; done < elements; ) {
      int size = sizeFor(elements - done);
      int count = (int) Math.min(SIZES[size], elements - done);
      DeviceArray staging = staging(floatsOut, size, true, Travel.OUT);
      int[] ints = {count, Math.toIntExact(region.offset() + done)};
      device.transfer(Kernel.FLOATS_OUT, count, ints, region.array(), staging);
      MemorySegment.copy(
          staging.array().getSegmentWithHeader(),
          TornadoNativeArray.ARRAY_HEADER,
          host,
          done * 4,
          count * 4L);
      done += count;
    }
  }

  /// Bytes that were sent to the device.
  long sent() {
    return sent;
  }

  double sumOfSquares(Operand x, long elements) {
    DeviceArray sums = partial;
    if (sums == null) {
      sums = DeviceArray.doubles(device.hosts(), Travel.OUT, SumOfSquares.GROUPS);
      partial = sums;
    }
    int[] ints = {Math.toIntExact(elements), x.offset()};
    device.transfer(
        Kernel.SUM_OF_SQUARES,
        (long) SumOfSquares.GROUPS * SumOfSquares.GROUP,
        ints,
        x.array(),
        sums);
    double sum = 0;
    for (int i = 0; i < SumOfSquares.GROUPS; i++) {
      sum += sums.doubles().get(i);
    }
    return sum;
  }

  /// What [ArgMax] finds in each row of `x`.
  int[] argMax(Operand x, int rows, int columns) {
    DeviceArray found = indices;
    if (found == null) {
      found = DeviceArray.ints(device.hosts(), Travel.OUT, ArgMax.ROWS);
      indices = found;
    }
    int[] all = new int[rows];
    for (int from = 0; from < rows; from += ArgMax.ROWS) {
      int count = Math.min(ArgMax.ROWS, rows - from);
      int[] ints = {columns, Math.toIntExact(x.offset() + (long) from * columns)};
      device.launchOn(
          Kernel.ARG_MAX,
          new Grid((long) count * ArgMax.GROUP, 1),
          new Grid(ArgMax.GROUP, 1),
          ints,
          new float[0],
          x.array(),
          found);
      for (int i = 0; i < count; i++) {
        all[from + i] = found.ints().get(i);
      }
    }
    return all;
  }

  private DeviceArray staging(
      List<@Nullable DeviceArray> list, int size, boolean wide, Travel travel) {
    DeviceArray array = list.get(size);
    if (array == null) {
      array =
          wide
              ? DeviceArray.floats(device.hosts(), travel, SIZES[size])
              : DeviceArray.words(device.hosts(), travel, SIZES[size]);
      list.set(size, array);
    }
    return array;
  }
}
