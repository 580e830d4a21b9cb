package org.tramontane.tests.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tramontane.cli.Main;
import picocli.CommandLine;

/// Runs commands in this process.
final class Cli {
  private static final String CHOICE = "backend auto: ";

  /// What a command left behind.
  ///
  /// @param err standard error without the line that says what `--backend auto` chose
  /// @param choice that line, empty if there was none
  record Result(int exitCode, String out, String err, String choice) {}

  private Cli() {}

  /// Runs `tramontane` with these words.
  static Result run(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode =
        Main.execute(commandLine, Arrays.stream(args).map(Object::toString).toArray(String[]::new));
    List<String> lines = err.toString().lines().toList();
    return new Result(
        exitCode,
        out.toString(),
        joined(lines.stream().filter(line -> !line.startsWith(CHOICE))),
        joined(lines.stream().filter(line -> line.startsWith(CHOICE))));
  }

  private static String joined(Stream<String> lines) {
    return lines.map(line -> line + System.lineSeparator()).collect(Collectors.joining());
  }
}
