package org.tramontane.cli.align;

import java.io.Console;

/// Whether somebody is watching.
final class Terminal {
  private Terminal() {}

  @SuppressWarnings("SystemConsoleNull") // a JVM without a console provider still has none
  static boolean isInteractive() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
