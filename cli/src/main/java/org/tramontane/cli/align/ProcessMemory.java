package org.tramontane.cli.align;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// How much memory this process has: what is resident, mapped weights included, where the system tells; else the Java
/// heap.
final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMemory() {}

  /// Resident now.
  static long bytes() {
    return read("VmRSS:");
  }

  /// The most that was resident at once.
  static long peakBytes() {
    return read("VmHWM:");
  }

  private static long read(String key) {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(key)) {
          return Long.parseLong(line.replaceAll("\\D+", "")) * 1024;
        }
      }
    } catch (IOException | NumberFormatException e) {
      // Not Linux, or hidden from us.
    }
    return heapBytes();
  }

  /// The Java heap in use now, what nobody needs any more included. Weights, gradients and activations are not there: they
  /// are what is resident beside it.
  static long heapBytes() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /// In words, `1.50 GiB (heap 0.10)`.
  static String text() {
    return String.format(
        Locale.ROOT, "%.2f GiB (heap %.2f)", gibibytes(bytes()), gibibytes(heapBytes()));
  }

  private static double gibibytes(long bytes) {
    return bytes / (double) (1L << 30);
  }
}
