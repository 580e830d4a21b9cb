package org.tramontane.cli.align;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.train.GamePhase;
import org.tramontane.spac.train.RoundReport;
import org.tramontane.spac.train.StepReport;
import org.tramontane.spac.train.TrainingObserver;

/// Shows on standard error how a training goes on: a bar with its end in sight where somebody watches a terminal, else
/// a line now and then.
public final class Progress implements TrainingObserver, AutoCloseable {
  private static final Duration LINE_INTERVAL = Duration.ofSeconds(5);

  private final PrintWriter err;
  private final boolean terminal;
  private final String label;
  private @Nullable ProgressBar bar;
  private long tokens;
  private long steps;
  private double seconds;
  private long lastLine = System.nanoTime();
  private long samplingBegan;

  /// Whose steps these are, in SPAC's explicit form.
  private String player = "";

  /// Progress of what `label` names.
  public Progress(String label, PrintWriter err) {
    this.label = label;
    this.err = err;
    this.terminal = Terminal.isInteractive();
  }

  @Override
  public void onRoundStart(int round, int rounds) {
    closeBar();
    samplingBegan = System.nanoTime();
    if (rounds > 1) {
      line("%s round %d of %d".formatted(label, round, rounds));
    }
  }

  @Override
  public void onSampling(int round, int begun, int responses, long drawn) {
    if (terminal) {
      bar("sampling", responses)
          .stepTo(begun)
          .setExtraMessage("%,d tokens, %s".formatted(drawn, ProcessMemory.text()));
    } else if (isLineDue()) {
      double elapsed = (System.nanoTime() - samplingBegan) * 1e-9;
      double left = elapsed / Math.max(1, begun) * (responses - begun);
      line(
          "%s round %d: sampling %d of %d responses, %,.0f tokens/s, %s, %s left"
              .formatted(
                  label,
                  round,
                  begun,
                  responses,
                  drawn / elapsed,
                  ProcessMemory.text(),
                  duration(left)));
    }
  }

  @Override
  public void onPhase(int round, GamePhase phase) {
    closeBar();
    player = phase.name().toLowerCase(Locale.ROOT);
    tokens = 0;
    seconds = 0;
  }

  @Override
  public void onStep(StepReport step) {
    tokens += step.tokens();
    steps++;
    seconds += step.seconds();
    String figures = figures(step);
    if (terminal) {
      bar(player.isEmpty() ? "training" : player, step.steps())
          .stepTo(step.step())
          .setExtraMessage(figures);
    } else if (isLineDue() || step.step() == step.steps()) {
      double left = seconds / steps * (step.steps() - step.step());
      line(
          "%s step %d of %d, %s, %s left"
              .formatted(
                  (label + " " + player).strip(),
                  step.step(),
                  step.steps(),
                  figures,
                  duration(left)));
    }
    if (step.step() == step.steps()) {
      tokens = 0;
      steps = 0;
      seconds = 0;
    }
  }

  private String figures(StepReport step) {
    Double margin = step.metrics().get("rewards/margins");
    return "loss %.4f%s, %,.0f tokens/s, %s"
        .formatted(
            step.loss(),
            margin == null || margin.isNaN() ? "" : ", margin %.3f".formatted(margin),
            tokens / Math.max(1e-9, seconds),
            ProcessMemory.text());
  }

  @Override
  public void onRoundEnd(RoundReport round) {
    closeBar();
  }

  /// A line of its own.
  public void line(String text) {
    closeBar();
    err.println(text);
    err.flush();
    lastLine = System.nanoTime();
  }

  /// Seconds in words, to two digits or so: `85 s`, `12 min`, `3.4 h`.
  public static String duration(double seconds) {
    if (seconds < 90) {
      return String.format(Locale.ROOT, "%.0f s", seconds);
    }
    return seconds < 5400
        ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
        : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
  }

  private boolean isLineDue() {
    return System.nanoTime() - lastLine > LINE_INTERVAL.toNanos();
  }

  private ProgressBar bar(String task, long max) {
    ProgressBar present = bar;
    String name = label + " " + task;
    if (present == null || !present.getTaskName().equals(name)) {
      closeBar();
      present =
          new ProgressBarBuilder()
              .setTaskName(name)
              .setInitialMax(max)
              .setStyle(ProgressBarStyle.UNICODE_BLOCK)
              .setUpdateIntervalMillis(200)
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .build();
      bar = present;
    }
    return present;
  }

  private void closeBar() {
    ProgressBar present = bar;
    if (present != null) {
      present.close();
      bar = null;
    }
  }

  @Override
  public void close() {
    closeBar();
  }

  static String decimal(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
