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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.tramontane.tensor.UserError;

/// A command in a JVM of its own, with the flags of this one. What it says goes to a log.
///
/// It gets SIGTERM when this process ends, and ends by itself when this process is killed.
final class RunProcess {
  private static final long PATIENCE_SECONDS = 120;

  private RunProcess() {}

  /// Runs a command to its end.
  ///
  /// @param arguments of the command
  /// @param log a file that is written anew
  /// @param line hears each line as it comes
  /// @return the exit code
  static int run(List<String> arguments, Path log, Consumer<String> line)
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
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      Thread end = new Thread(() -> stop(process));
      Runtime.getRuntime().addShutdownHook(end);
      try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
        for (String next = said.readLine(); next != null; next = said.readLine()) {
          out.println(next);
          line.accept(next);
        }
        return process.waitFor();
      } finally {
        stop(process);
        try {
          Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException e) {
          // This process ends, and the hook is at work.
        }
      }
    } catch (IOException e) {
      throw new UserError(log + ": " + e.getMessage(), e);
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /// Ends a process that is still there, gently at first: it may have a checkpoint to write.
  private static void stop(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
