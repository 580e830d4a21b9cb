package org.tramontane.cli.align;

import java.io.Console;

/// Whether somebody is watching.
public final class Terminal {
  private Terminal() {}

  /// Whether standard error goes to a terminal.
  @SuppressWarnings("SystemConsoleNull") // a JVM without a console provider still has none
  public static boolean isInteractive() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
