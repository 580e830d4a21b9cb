package org.tramontane.tensor;

/// What a device can do at best, measured on it: what benchmarks compare kernels with.
///
/// @param copyBytesPerSecond of a long copy in the device's memory, read and written bytes counted; 0 if not measured
/// @param flopsPerSecond of a product of large matrices by the library that the backend would use, a multiplication and an addition counted as two; 0
/// if there is none
/// @param how in a few words, such as sizes and types
public record Ceilings(double copyBytesPerSecond, double flopsPerSecond, String how) {
  /// Checks the ranges.
  public Ceilings {
    if (!(copyBytesPerSecond >= 0) || !(flopsPerSecond >= 0)) {
      throw new IllegalArgumentException(
          "copyBytesPerSecond = %s, flopsPerSecond = %s; allowed: 0 or more"
              .formatted(copyBytesPerSecond, flopsPerSecond));
    }
  }
}
