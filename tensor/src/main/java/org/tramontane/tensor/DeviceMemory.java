package org.tramontane.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a device has for tensors, in bytes, where that is a memory of its own and limited: tensors in F32 lie in one place,
/// those in 16 and 8 bits in another.
///
/// @param floats for tensors in F32, without what kernels take for themselves
/// @param words for tensors in 16 and 8 bits
/// @param largestWords for one of those
/// @param more how a user gets more of it, as the end of a sentence; empty if there is no way
public record DeviceMemory(long floats, long words, long largestWords, String more) {
  /// Checks the ranges.
  public DeviceMemory {
    if (floats < 0 || words < 0 || largestWords < 0) {
      throw new IllegalArgumentException(
          "floats = %d, words = %d, largestWords = %d; allowed: 0 or more"
              .formatted(floats, words, largestWords));
    }
  }

  /// What is wanted of it at once, in bytes.
  ///
  /// @param floats of tensors in F32
  /// @param words of tensors in 16 and 8 bits
  /// @param largestWords the largest of those
  public record Need(long floats, long words, long largestWords) {
    /// Both together.
    public Need plus(Need other) {
      return new Need(
          Math.addExact(floats, other.floats),
          Math.addExact(words, other.words),
          Math.max(largestWords, other.largestWords));
    }

    /// Of a tensor of `elements` elements stored as `dtype`.
    public static Need of(DType dtype, long elements) {
      return ofBytes(dtype, dtype.bytes(elements));
    }

    /// Of one tensor, or of F32 tensors together.
    public static Need ofBytes(DType dtype, long bytes) {
      return dtype == DType.F32 ? new Need(bytes, 0, 0) : new Need(0, bytes, bytes);
    }
  }

  /// Whether there is room for all of it.
  public boolean holds(Need need) {
    return need.floats <= floats && need.words <= words && need.largestWords <= largestWords;
  }

  /// What there is too little of, for an error: `2.3 GiB in F32, and it has 1.0 GiB for that`.
  ///
  /// @param need that it does not hold
  public String shortage(Need need) {
    List<String> parts = new ArrayList<>();
    if (need.floats > floats) {
      parts.add(text(need.floats) + " in F32, and it has " + text(floats) + " for that");
    }
    if (need.words > words) {
      parts.add(text(need.words) + " in 16 and 8 bits, and it has " + text(words) + " for that");
    }
    if (need.largestWords > largestWords) {
      parts.add(
          text(need.largestWords)
              + " for one weight, and it gives "
              + text(largestWords)
              + " at a time");
    }
    return String.join("; ", parts);
  }

  /// Such as `1.5 GiB`, `12.0 MiB` or `3.0 KiB`.
  public static String text(long bytes) {
    if (bytes >= 1L << 30) {
      return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }
    return bytes >= 1L << 20
        ? String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1L << 20))
        : String.format(Locale.ROOT, "%.1f KiB", bytes / (double) (1L << 10));
  }
}
