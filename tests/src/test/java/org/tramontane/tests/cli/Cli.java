package org.tramontane.tests.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import org.tramontane.cli.Main;
import picocli.CommandLine;

/// Runs commands in this process.
final class Cli {
  /// What a command left behind.
  record Result(int exitCode, String out, String err) {}

  private Cli() {}

  /// Runs `tramontane` with these words.
  static Result run(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode =
        Main.execute(commandLine, Arrays.stream(args).map(Object::toString).toArray(String[]::new));
    return new Result(exitCode, out.toString(), err.toString());
  }
}
