package org.tramontane.tensor.tornado.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// How long each kernel has run, with how many threads, by the device's own clock: an event before each launch and one behind it.
///
/// A pair of events counts some 3 microseconds of its own (an H100), and kernels that have them are not in a CUDA graph; so the whole takes
/// longer than without. A kernel's first launch, which is TornadoVM's, and copies are not counted.
final class KernelTimes {
  private static final int MOST_PENDING = 2048;

  private final CudaDriver driver;
  private final List<Long> events = new ArrayList<>();
  private final List<String> pending = new ArrayList<>();
  private final Map<String, Time> times = new TreeMap<>();

  private static final class Time {
    private long launches;
    private double milliseconds;
  }

  KernelTimes(CudaDriver driver) {
    this.driver = driver;
  }

  private long event(int index) {
    while (events.size() <= index) {
      events.add(driver.event());
    }
    return events.get(index);
  }

  /// Before a launch.
  void begin(long stream) {
    if (pending.size() == MOST_PENDING) {
      driver.synchronize(stream);
      collect();
    }
    driver.record(event(2 * pending.size()), stream);
  }

  /// Behind it. Launches with as many threads are counted together.
  void end(Launch launch, long stream) {
    driver.record(event(2 * pending.size() + 1), stream);
    int[] ints = launch.ints();
    pending.add(
        launch.kernel().isLibrary()
            ? launch.kernel().name() + " " + ints[0] + "x" + ints[1] + "x" + ints[2]
            : launch.kernel().name() + " " + launch.threads().x() + "x" + launch.threads().y());
  }

  private void collect() {
    for (int i = 0; i < pending.size(); i++) {
      Time time = times.computeIfAbsent(pending.get(i), name -> new Time());
      time.launches++;
      time.milliseconds += driver.milliseconds(event(2 * i), event(2 * i + 1));
    }
    pending.clear();
  }

  /// A line for each kernel, the longest first. Call it when the stream has been waited for.
  String table() {
    driver.enter();
    collect();
    double all = times.values().stream().mapToDouble(time -> time.milliseconds).sum();
    StringBuilder table = new StringBuilder(100);
    table.append(
        String.format(
            Locale.ROOT, "%-40s %10s %12s %10s %6s%n", "kernel", "launches", "ms", "us each", "%"));
    times.entrySet().stream()
        .sorted(
            Comparator.comparingDouble(
                    (Map.Entry<String, Time> entry) -> entry.getValue().milliseconds)
                .reversed())
        .forEach(
            entry ->
                table.append(
                    String.format(
                        Locale.ROOT,
                        "%-40s %10d %12.2f %10.1f %6.1f%n",
                        entry.getKey(),
                        entry.getValue().launches,
                        entry.getValue().milliseconds,
                        1000 * entry.getValue().milliseconds / entry.getValue().launches,
                        100 * entry.getValue().milliseconds / all)));
    return table.toString();
  }
}
