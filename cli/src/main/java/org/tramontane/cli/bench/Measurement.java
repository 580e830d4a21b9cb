package org.tramontane.cli.bench;

/// One line of a benchmark's table.
///
/// @param name what was measured
/// @param shape its sizes
/// @param seconds median time of one call
/// @param rate work per second, in `unit`
/// @param unit `GFLOP/s` or `GB/s`
/// @param ceiling what the machine was measured to reach in the same run, in `unit`
public record Measurement(
    String name, String shape, double seconds, double rate, String unit, double ceiling) {
  /// `rate / ceiling`.
  public double share() {
    return rate / ceiling;
  }

  static Measurement flops(
      String name, String shape, double seconds, double flops, double ceiling) {
    return new Measurement(name, shape, seconds, flops / seconds / 1e9, "GFLOP/s", ceiling);
  }

  static Measurement bytes(
      String name, String shape, double seconds, double bytes, double ceiling) {
    return new Measurement(name, shape, seconds, bytes / seconds / 1e9, "GB/s", ceiling);
  }
}
