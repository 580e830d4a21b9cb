package org.tramontane.cli.doctor;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;

/// Properties of the machine and the JVM, in words.
///
/// @param os name, version and architecture
/// @param cpu the processor's own name, `unknown` where the system does not tell
/// @param cpuFeatures what Linux says that the processor has, such as `avx512f`; empty elsewhere
/// @param cards the graphics cards that Linux's NVIDIA driver lists, empty where there is none
/// @param vector the vector width that the JVM prefers
/// @param hasVectorModule whether `jdk.incubator.vector` is there
/// @param physicalMemory of the machine or container
/// @param freeMemory what of it a program can still get without swapping
/// @param heapLimit of this JVM
/// @param load how many threads want to run, on average over the last minute; `unknown` where the system does not tell
/// @param hugePages Linux's setting for transparent huge pages, `not applicable` elsewhere
public record Machine(
    String os,
    String cpu,
    Set<String> cpuFeatures,
    List<String> cards,
    String vector,
    boolean hasVectorModule,
    String physicalMemory,
    String freeMemory,
    String heapLimit,
    String load,
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
        cpuLine("model name"),
        Set.copyOf(List.of(cpuLine("flags").split(" ", -1))),
        nvidiaCards(),
        hasVectors ? Vectors.width() : "module missing",
        hasVectors,
        physicalMemoryText(),
        freeMemoryText(),
        gibibytes(Runtime.getRuntime().maxMemory()),
        loadText(),
        hugePagesSetting());
  }

  /// Apart, because the class can't be loaded where the module is missing.
  private static final class Vectors {
    static String width() {
      return FloatVector.SPECIES_PREFERRED.vectorBitSize() + " bits";
    }
  }

  private static String cpuLine(String key) {
    for (String line : lines(Path.of("/proc/cpuinfo"))) {
      if (line.startsWith(key)) {
        return line.substring(line.indexOf(':') + 1).strip();
      }
    }
    return "unknown";
  }

  private static List<String> nvidiaCards() {
    Path folder = Path.of("/proc/driver/nvidia/gpus");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> gpus = Files.list(folder)) {
      return gpus.sorted()
          .flatMap(gpu -> lines(gpu.resolve("information")).stream())
          .filter(line -> line.startsWith("Model:"))
          .map(line -> line.substring("Model:".length()).strip())
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /// What of the memory a program can still get without swapping, in bytes; -1 where the system does not tell.
  public static long freeBytes() {
    for (String line : lines(Path.of("/proc/meminfo"))) {
      if (line.startsWith("MemAvailable:")) {
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return -1;
  }

  private static String freeMemoryText() {
    long bytes = freeBytes();
    return bytes < 0 ? "unknown" : gibibytes(bytes);
  }

  private static String loadText() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return load < 0 ? "unknown" : String.format(Locale.ROOT, "%.2f", load);
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
