package org.tramontane.cli.sweep;

import java.io.IOException;
import org.tramontane.cli.Main;

/// The command in a JVM that another one started: it ends when that one is gone, however it went, so that no run goes on that
/// nobody waits for, and that a new sweep could meet in the same folder.
final class ChildMain {
  /// What a shell says of a process that SIGTERM ended.
  private static final int TERMINATED = 143;

  private ChildMain() {}

  /// Runs the command `args`.
  public static void main(String[] args) {
    Thread.ofPlatform().daemon().name("parent").start(ChildMain::waitForParent);
    Main.main(args);
  }

  /// Standard input is a pipe that the parent holds open and never writes to.
  private static void waitForParent() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is said to us.
      }
    } catch (IOException e) {
      // The pipe is broken; that is an end, too.
    }
    System.exit(TERMINATED);
  }
}
