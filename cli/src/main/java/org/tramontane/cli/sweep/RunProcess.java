package org.tramontane.cli.sweep;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.tramontane.tensor.UserError;

/// A command in a JVM of its own, with the flags of this one. What it says goes to a log.
///
/// It gets SIGTERM when this process does, and ends by itself when this process is killed. It is never ended by force: it may have
/// a checkpoint to write, and that takes as long as it takes.
final class RunProcess {
  private RunProcess() {}

  /// Runs a command to its end.
  ///
  /// @param arguments of the command
  /// @param log a file that is written anew
  /// @param stop passes on that this process is to stop
  /// @param line hears each line as it comes
  /// @return the exit code; nothing where the process was not started, because it is time to stop
  static OptionalInt run(List<String> arguments, Path log, SweepStop stop, Consumer<String> line)
      throws InterruptedException {
    List<String> words =
        new ArrayList<>(List.of(java(), "-cp", System.getProperty("java.class.path", "")));
    // A debugger waits for one JVM, and its port is taken.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.startsWith("-agentlib:jdwp"))
        .forEach(words::add);
    words.add(ChildMain.class.getName());
    words.addAll(arguments);
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(log), true)) {
      Optional<Process> started = stop.start(new ProcessBuilder(words).redirectErrorStream(true));
      if (started.isEmpty()) {
        return OptionalInt.empty();
      }
      Process process = started.get();
      try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
        for (String next = said.readLine(); next != null; next = said.readLine()) {
          out.println(next);
          line.accept(next);
        }
        return OptionalInt.of(process.waitFor());
      } finally {
        // It is over, unless something failed here.
        process.destroy();
        process.onExit().join();
      }
    } catch (IOException e) {
      throw new UserError(log + ": " + e.getMessage(), e);
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
