package org.tramontane.cli.align;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;

/// SIGTERM or Ctrl-C while a run is under way: heard in a shutdown hook, which holds the JVM's end back until the run has
/// come to a border and kept what it has. The JVM then exits with the code of the signal: 143 or 130. Before there is
/// something to keep, it ends at once.
final class StopRequest implements AutoCloseable {
  /// What a process ends with that SIGTERM has ended.
  static final int EXIT_CODE = 143;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean requested;
  private volatile boolean armed;

  /// Begins to listen.
  ///
  /// @param err hears that the request was heard
  StopRequest(PrintWriter err) {
    this.hook = new Thread(() -> await(err), "tramontane-stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void await(PrintWriter err) {
    requested = true;
    if (!armed) {
      return;
    }
    err.println("tramontane: asked to stop; finishing what is under way and keeping a checkpoint");
    err.flush();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// From now on there is something to keep.
  void arm() {
    armed = true;
  }

  /// Whether the run is to stop at the next border.
  boolean isRequested() {
    return requested;
  }

  /// The run has ended, this way or that; a JVM that waits for it may end.
  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending, as it was asked to.
    }
  }
}
