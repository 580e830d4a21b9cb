package org.tramontane.tensor.tornado.internal;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.DeviceMemory;
import org.tramontane.tensor.UserError;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/// Where tensors are on the device: the array of floats, arrays of words, which are made when there is no room, and who has which of
/// their regions.
///
/// Not for two threads at once: [Device] takes its turns.
final class Places {
  /// Share of the device's memory that is used for tensors.
  private static final double SHARE = 0.9;

  /// Share of that which is set aside for floats, up to what one array holds; the rest is for weights in 16 and 8 bits.
  private static final double FLOATS = 0.5;

  /// Bytes for floats on a device that is a CPU: PoCL takes them from the system at once.
  private static final long FLOATS_ON_CPU = 1L << 30;

  /// System property: MiB for floats.
  private static final String FLOATS_OPTION = "tramontane.tornado.floats";

  /// Bytes of floats that are kept for kernels, if there are twice as many.
  private static final long FOR_KERNELS = 32L << 20;

  /// Share of the device's memory that an array of words takes, up to what one array holds: graphs are made for certain arrays, so that
  /// few large ones make few graphs of a model's layers.
  private static final double WORDS = 1.0 / 16;

  /// Words of an array on a device that is a CPU: 256 MiB.
  private static final long WORDS_ON_CPU = 1L << 27;

  /// System property: MiB for an array of words.
  private static final String WORDS_OPTION = "tramontane.tornado.words";

  /// Words of the array for [#pieces], if no more are needed: 64 MiB.
  private static final long PIECES = 1L << 25;

  private final TornadoDevice device;
  private final Events events;
  private final long budget;
  private final DeviceArray memory;
  private final Regions floats;
  private final Map<DeviceArray, Regions> words = new LinkedHashMap<>();
  private final List<Lease> leases = new ArrayList<>();
  private @Nullable DeviceArray pieces;
  private long taken;
  private int sweepAt = 1000;

  /// What others have to do meanwhile.
  interface Events {
    /// Regions are about to change hands: what is to be launched on them is launched first.
    void beforeChange();

    /// A new array needs its place on the device.
    ///
    /// @param touch the kernel that gives it one
    void made(Kernel touch, DeviceArray array);
  }

  /// A region and the tensor memory that it stands for, which ends its lease by becoming unreachable.
  private record Lease(WeakReference<Mirror> mirror, Region region) {}

  /// The array of floats is made, and has no place yet.
  Places(TornadoDevice device, Events events) {
    this.device = device;
    this.events = events;
    budget = (long) (SHARE * device.getMaxGlobalMemory());
    long size = Math.min(most(4), floatBytes() / 4) / Regions.UNIT * Regions.UNIT;
    memory = DeviceArray.residentFloats((int) size);
    floats = Regions.aligned((int) size, 4);
    taken = size * 4;
  }

  /// What is set aside for floats: as [#FLOATS_OPTION] says, else a share of the device, or less where the device is the CPU, whose
  /// memory others use too.
  private long floatBytes() {
    long share = (long) (FLOATS * budget);
    long standard = device.getDeviceType() == TornadoDeviceType.CPU ? FLOATS_ON_CPU : share;
    return Math.min(share, Long.getLong(FLOATS_OPTION, standard >> 20) << 20);
  }

  /// Words of an array that is made when a weight has no room, if the weight itself is not larger.
  private long wordsAtATime() {
    long share = (long) (WORDS * budget) / 2;
    long standard = device.getDeviceType() == TornadoDeviceType.CPU ? WORDS_ON_CPU : share;
    return Regions.rounded(Long.getLong(WORDS_OPTION, standard >> 19) << 19);
  }

  /// Elements of `width` bytes that one array holds: so many that an index is an `int`, and the device gives them at a time.
  private long most(long width) {
    return Math.min(
            Integer.MAX_VALUE / Regions.UNIT, device.getMaxAllocMemory() / width / Regions.UNIT - 1)
        * Regions.UNIT;
  }

  /// Where floats are.
  DeviceArray floatArray() {
    return memory;
  }

  /// Bytes of the array of floats.
  long allFloats() {
    return 4L * memory.floats().getSize();
  }

  /// Bytes that tensors may take.
  long budget() {
    return budget;
  }

  /// Floats that nobody has, when dead leases are swept.
  long freeFloats() {
    sweep();
    return floats.available();
  }

  /// All arrays that stay on the device.
  List<DeviceArray> resident() {
    List<DeviceArray> all = new ArrayList<>();
    all.add(memory);
    all.addAll(words.keySet());
    if (pieces != null) {
      all.add(pieces);
    }
    return all;
  }

  /// What there is for tensors. Kernels take memory for themselves too, the most of it for logits ([DeviceKernels]).
  ///
  /// @param library whether a library needs [#pieces]
  DeviceMemory memory(boolean library) {
    long all = allFloats();
    long words = budget - all - (library ? 2 * PIECES : 0);
    return new DeviceMemory(
        all - Math.min(FOR_KERNELS, all / 2), words, Math.min(2 * most(2), words), moreMemory());
  }

  private String moreMemory() {
    return "set more of the device's memory aside for F32 with -D"
        + FLOATS_OPTION
        + "=MIB in TRAMONTANE_JAVA_OPTS (now "
        + (memory.floats().getSize() >> 18)
        + ")";
  }

  /// A region that belongs to `mirror` as long as that is reachable and its memory alive.
  Region lease(Mirror mirror, boolean wide, long elements) {
    if (leases.size() >= sweepAt) {
      events.beforeChange();
      sweep();
      sweepAt = Math.max(1000, 2 * leases.size());
    }
    Region region = take(wide, elements);
    leases.add(new Lease(new WeakReference<>(mirror), region));
    return region;
  }

  /// BF16 numbers for pieces of activations, which the next call uses again.
  Operand pieces(long elements) {
    DeviceArray current = pieces;
    if (current == null || current.shorts().getSize() < Regions.roomFor(elements)) {
      events.beforeChange();
      // Twice as large each time: an array stays when a larger one takes its place.
      long doubled = Long.highestOneBit(2 * Regions.roomFor(elements) - 1);
      long size = Math.max(PIECES, doubled);
      if (size > most(2) || taken + 2 * size > budget) {
        size = Regions.roomFor(elements);
      }
      if (size > most(2) || taken + 2 * size > budget) {
        throw new UserError(
            "activations in BF16 need "
                + gib(2 * size)
                + " of the device, which has "
                + gib(budget - taken)
                + " left; use a shorter context or a smaller batch");
      }
      current = DeviceArray.residentShorts((int) size);
      taken += 2 * size;
      pieces = current;
      events.made(Kernel.TOUCH_SHORTS, current);
    }
    return new Operand(current, Regions.first(2));
  }

  /// A region that nobody has; whoever takes it gives it back ([#give]).
  Region take(boolean wide, long elements) {
    Region region = find(wide, elements);
    if (region == null) {
      events.beforeChange();
      sweep();
      region = find(wide, elements);
    }
    if (region == null) {
      System.gc(); // a lease ends when its tensor is unreachable, as a direct buffer's does
      sweep();
      region = find(wide, elements);
    }
    if (region == null && wide) {
      throw new UserError(
          "the device has "
              + gib(4 * floats.available())
              + " of "
              + gib(4L * memory.floats().getSize())
              + " for floats left, and "
              + gib(4 * elements)
              + " are needed in one piece; use weights in BF16 or Q8_0, a shorter context or a smaller batch, or set aside more with -D"
              + FLOATS_OPTION
              + "=MIB (now "
              + (memory.floats().getSize() >> 18)
              + ")");
    }
    if (region == null) {
      grow(elements);
      region = find(false, elements);
    }
    if (region == null) {
      throw new IllegalStateException("a new array has no room for " + elements + " elements");
    }
    return region;
  }

  private @Nullable Region find(boolean wide, long elements) {
    if (wide) {
      int offset = floats.take(elements);
      return offset < 0 ? null : new Region(memory, offset, elements);
    }
    for (Map.Entry<DeviceArray, Regions> entry : words.entrySet()) {
      int offset = entry.getValue().take(elements);
      if (offset >= 0) {
        return new Region(entry.getKey(), offset, elements);
      }
    }
    return null;
  }

  private void grow(long elements) {
    long wanted = Regions.rounded(elements);
    if (wanted > most(2)) {
      throw new UserError(
          "a weight has "
              + gib(2 * wanted)
              + ", and the device gives "
              + gib(2 * most(2))
              + " at a time");
    }
    long size = Math.min(most(2), Math.max(Regions.roomFor(elements), wordsAtATime()));
    if (taken + 2 * size > budget) {
      size = Regions.roomFor(elements);
    }
    if (taken + 2 * size > budget) {
      throw new UserError(
          "the device has "
              + gib(budget)
              + " for tensors, "
              + gib(taken)
              + " of them are taken, and a weight needs "
              + gib(2 * wanted)
              + " more; use weights in Q8_0, or a smaller model");
    }
    DeviceArray array = DeviceArray.residentWords((int) size);
    words.put(array, Regions.aligned((int) size, 2));
    taken += 2 * size;
    events.made(Kernel.TOUCH_WORDS, array);
  }

  private void sweep() {
    List<Lease> living = new ArrayList<>();
    for (Lease lease : leases) {
      Mirror mirror = lease.mirror.get();
      if (mirror == null || !mirror.isAlive()) {
        give(lease.region);
      } else {
        living.add(lease);
      }
    }
    leases.clear();
    leases.addAll(living);
  }

  /// Gives back what [#take] gave.
  void give(Region region) {
    Regions regions = region.array() == memory ? floats : words.get(region.array());
    if (regions == null) {
      throw new IllegalStateException("a region of no array");
    }
    regions.give(region.offset(), region.elements());
  }

  /// For people.
  static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}
