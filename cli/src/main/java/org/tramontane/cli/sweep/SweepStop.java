package org.tramontane.cli.sweep;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// SIGTERM or Ctrl-C while a sweep is under way: heard in a shutdown hook, which asks the run that is under way to stop and holds
/// the JVM's end back until that run has kept a checkpoint and the sweep has noted how it ended. After that no run is started.
///
/// The JVM then exits with the code of the signal: 143 or 130.
final class SweepStop implements AutoCloseable {
  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final PrintWriter err;
  private final Thread hook = new Thread(this::hear, "tramontane-sweep-stop");

  // Guarded by this.
  private @Nullable Process current;

  /// Begins to listen.
  ///
  /// @param err hears that the request was heard
  SweepStop(PrintWriter err) {
    this.err = err;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void hear() {
    Process process;
    synchronized (this) {
      requested.countDown();
      process = current;
    }
    if (process != null && process.isAlive()) {
      err.printf(
          "tramontane: asked to stop; waiting for the run that is under way, process %d, to keep a checkpoint and end%n",
          process.pid());
      err.flush();
      // By its handle: the process's own method would close its streams, and what it says at its
      // end would be lost.
      process.toHandle().destroy();
    }
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Starts a process that is asked to stop when this one is.
  ///
  /// @return nothing where that has happened already
  synchronized Optional<Process> start(ProcessBuilder command) throws IOException {
    if (isRequested()) {
      return Optional.empty();
    }
    Process process = command.start();
    current = process;
    return Optional.of(process);
  }

  /// Whether no run is to begin any more.
  boolean isRequested() {
    return requested.getCount() == 0;
  }

  /// As [#isRequested()], for whoever knows by another road that a signal came: Ctrl-C goes to parent and child at once, and
  /// the child may be the faster one to end.
  boolean isRequestedWithin(Duration patience) throws InterruptedException {
    return requested.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// All is noted and said; a JVM that waits for it may end.
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
