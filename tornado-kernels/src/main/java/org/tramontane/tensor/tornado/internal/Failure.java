package org.tramontane.tensor.tornado.internal;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What TornadoVM says of a failure, as one line: its own messages have several, in colours, and end with
/// stack traces.
public final class Failure {
  private static final String TRACE = "Stacktrace:";
  private static final int LONGEST = 500;

  /// What turns a terminal's text red, and back.
  private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]*m");

  private Failure() {}

  /// The message of `e` up to its stack trace, or its class where there is none.
  public static String line(Throwable e) {
    String message = COLOUR.matcher(e.getMessage() == null ? "" : e.getMessage()).replaceAll("");
    String line =
        message
            .lines()
            .map(String::strip)
            .takeWhile(part -> !part.startsWith(TRACE) && !isTrace(part))
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(" "));
    if (line.isEmpty()) {
      return e.getClass().getSimpleName();
    }
    return line.length() > LONGEST ? line.substring(0, LONGEST) + " ..." : line;
  }

  /// Whether a line is an array of stack frames, as `Arrays.toString` prints it.
  private static boolean isTrace(String line) {
    return line.startsWith("[") && line.contains(".java:");
  }
}
