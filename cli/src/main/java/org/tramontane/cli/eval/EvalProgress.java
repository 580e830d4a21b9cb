package org.tramontane.cli.eval;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.tramontane.cli.align.Terminal;
import org.tramontane.spac.eval.engine.EvalObserver;
import org.tramontane.spac.eval.engine.Throughput;

/// Shows on standard error how an evaluation goes on: a bar per task where somebody watches a terminal, else a line now
/// and then. What is left is estimated by tokens, since the longest documents come first.
final class EvalProgress implements EvalObserver, AutoCloseable {
  private static final Duration LINE_INTERVAL = Duration.ofSeconds(5);

  private final PrintWriter err;
  private final int tasks;
  private final boolean terminal = Terminal.isInteractive();
  private @Nullable ProgressBar bar;
  private int task;
  private long taskBegan = System.nanoTime();
  private long lastLine = System.nanoTime();

  /// @param tasks how many there are
  EvalProgress(PrintWriter err, int tasks) {
    this.err = err;
    this.tasks = tasks;
  }

  @Override
  public void onTask(String name, int items) {
    close();
    task++;
    taskBegan = System.nanoTime();
    if (terminal && items > 0) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("%d/%d %s".formatted(task, tasks, name))
              .setInitialMax(items)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .build();
    }
  }

  @Override
  public void onBatch(String name, int done, int items, double share, Throughput total) {
    ProgressBar shown = bar;
    if (shown != null) {
      shown.stepTo(done).setExtraMessage(figures(share, total));
    } else if (System.nanoTime() - lastLine > LINE_INTERVAL.toNanos()) {
      err.printf(
          Locale.ROOT,
          "task %d of %d, %s: %d of %d documents, %s%n",
          task,
          tasks,
          name,
          done,
          items,
          figures(share, total));
      err.flush();
      lastLine = System.nanoTime();
    }
  }

  private String figures(double share, Throughput total) {
    double elapsed = (System.nanoTime() - taskBegan) * 1e-9;
    return String.format(
        Locale.ROOT,
        "%.0f s left, %,.1f requests/s, %,.0f tokens/s, %.0f %% saved",
        elapsed / Math.max(1e-9, share) * (1 - share),
        total.requestsPerSecond(),
        total.tokensPerSecond(),
        100 * total.saved());
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
