package org.tramontane.cli.doctor;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.incubator.vector.FloatVector;

/// Properties of the machine and the JVM, in words.
///
/// @param os name, version and architecture
/// @param cpu the processor's own name, `unknown` where the system does not tell
/// @param vector the vector width that the JVM prefers
/// @param hasVectorModule whether `jdk.incubator.vector` is there
/// @param physicalMemory of the machine or container
/// @param heapLimit of this JVM
/// @param hugePages Linux's setting for transparent huge pages, `not applicable` elsewhere
public record Machine(
    String os,
    String cpu,
    String vector,
    boolean hasVectorModule,
    String physicalMemory,
    String heapLimit,
    String hugePages) {

  /// Asks the system.
  public static Machine read() {
    boolean hasVectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return new Machine(
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        cpuName(),
        hasVectors ? Vectors.width() : "module missing",
        hasVectors,
        physicalMemoryText(),
        gibibytes(Runtime.getRuntime().maxMemory()),
        hugePagesSetting());
  }

  /// Apart, because the class can't be loaded where the module is missing.
  private static final class Vectors {
    static String width() {
      return FloatVector.SPECIES_PREFERRED.vectorBitSize() + " bits";
    }
  }

  private static String cpuName() {
    for (String line : lines(Path.of("/proc/cpuinfo"))) {
      if (line.startsWith("model name")) {
        return line.substring(line.indexOf(':') + 1).strip();
      }
    }
    return "unknown";
  }

  private static String physicalMemoryText() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? gibibytes(system.getTotalMemorySize())
        : "unknown";
  }

  private static String hugePagesSetting() {
    List<String> lines = lines(Path.of("/sys/kernel/mm/transparent_hugepage/enabled"));
    if (lines.isEmpty()) {
      return "not applicable";
    }
    Matcher chosen = Pattern.compile("\\[(\\w+)]").matcher(lines.getFirst());
    return chosen.find() ? chosen.group(1) : lines.getFirst();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      // Not Linux, or hidden from us: the caller says "unknown".
      return List.of();
    }
  }

  private static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}
