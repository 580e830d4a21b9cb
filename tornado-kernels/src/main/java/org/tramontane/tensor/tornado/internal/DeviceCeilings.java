package org.tramontane.tensor.tornado.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Ceilings;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.tornado.internal.Launch.Grid;

/// Measures [Ceilings]: a long copy, by CUDA's driver where that launches and by a kernel elsewhere; and, where cuBLAS is, its product of
/// square matrices in BF16. Each runs until [#NANOS] are over, three times, and the best counts.
final class DeviceCeilings {
  private static final long NANOS = 200_000_000L;
  private static final int TIMES = 3;

  /// Bytes that are copied at most.
  private static final long COPY = 1L << 30;

  /// Floats that are copied at least: 1 MiB.
  private static final long SHORTEST = 1L << 18;

  /// Rows and columns of the matrices.
  private static final int EDGE = 8192;

  private final Device device;

  DeviceCeilings(Device device) {
    this.device = device;
  }

  Ceilings measure() {
    long elements = Math.min(COPY / 4, device.freeFloats() / 4) / Regions.UNIT * Regions.UNIT;
    double copy = 0;
    while (copy == 0 && elements >= SHORTEST) {
      try {
        copy = copy(elements);
      } catch (UserError e) {
        elements = elements / 2 / Regions.UNIT * Regions.UNIT; // free, but not in one piece
      }
    }
    double flops = 0;
    String product = "no product by a library";
    if (device.queue() != null && device.gemm() != Gemm.Precision.KERNELS) {
      try {
        flops = product();
        product = "product of %d x %d matrices in BF16 by cuBLAS".formatted(EDGE, EDGE);
      } catch (UserError e) {
        product = "no room for matrices";
      }
    }
    return new Ceilings(
        copy, flops, String.format(Locale.ROOT, "copy of %d MiB, %s", elements >> 18, product));
  }

  private double copy(long elements) {
    Region region = device.take(true, 2 * elements);
    try {
      return 2 * 4 * elements * rate(() -> copyOnce(region, elements));
    } finally {
      device.give(region);
    }
  }

  private void copyOnce(Region region, long elements) {
    CudaQueue queue = device.queue();
    if (queue != null) {
      long from = 4L * region.offset();
      queue.copyOnDevice(region.array(), from, from + 4 * elements, 4 * elements);
      return;
    }
    int[] ints = {
      Math.toIntExact(elements), region.offset(), Math.toIntExact(region.offset() + elements)
    };
    device.launch(Kernel.COPY, elements, ints, new float[0]);
  }

  private double product() {
    long elements = (long) EDGE * EDGE;
    Region a = null;
    Region b = null;
    Region c = null;
    try {
      c = device.take(true, elements);
      a = random(elements);
      b = random(elements);
      int[] ints = {EDGE, EDGE, EDGE, a.offset(), EDGE, 0, b.offset(), EDGE, 1, c.offset(), 1, 0};
      DeviceArray[] arrays = {a.array(), b.array(), c.array()};
      Grid one = new Grid(1, 1);
      return 2.0
          * elements
          * EDGE
          * rate(
              () ->
                  device.launchOn(
                      Kernel.GEMM_PIECES, one, one, ints.clone(), new float[] {1, 0}, arrays));
    } finally {
      give(a);
      give(b);
      give(c);
    }
  }

  private void give(@Nullable Region region) {
    if (region != null) {
      device.give(region);
    }
  }

  /// Numbers as weights have them: a product of zeros would take less power, and so less time.
  private Region random(long elements) {
    Region region = device.take(false, elements);
    SplittableRandom random = new SplittableRandom(elements);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment words = arena.allocate(2 * elements, 8);
      for (long i = 0; i < elements; i++) {
        float value = (float) random.nextDouble(-1, 1);
        words.setAtIndex(
            ValueLayout.JAVA_SHORT, i, (short) (Float.floatToRawIntBits(value) >>> 16));
      }
      device.toDevice(words, region);
    }
    return region;
  }

  /// How often a second `body` is done at best.
  private double rate(Runnable body) {
    body.run();
    device.synchronize();
    double best = 0;
    for (int i = 0; i < TIMES; i++) {
      long start = System.nanoTime();
      long nanos;
      int runs = 0;
      do {
        for (int j = 0; j < 4; j++) {
          body.run();
          runs++;
        }
        device.synchronize();
        nanos = System.nanoTime() - start;
      } while (nanos < NANOS);
      best = Math.max(best, runs / (nanos * 1e-9));
    }
    return best;
  }
}
