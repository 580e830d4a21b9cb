package org.tramontane.cli.align;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.tramontane.spac.train.StepReport;
import org.tramontane.spac.train.TrainingObserver;

/// The metrics of every step as CSV, written as they come.
final class MetricsFile implements TrainingObserver, AutoCloseable {
  private final Path file;
  private final Writer writer;
  private List<String> columns = List.of();

  /// A new file; one that is there is overwritten.
  MetricsFile(Path file) {
    this.file = file;
    try {
      this.writer =
          Files.newBufferedWriter(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be written: " + e.getMessage(), e);
    }
  }

  @Override
  public void onStep(StepReport step) {
    try {
      if (columns.isEmpty()) {
        columns = new ArrayList<>(step.metrics().keySet());
        writer.write("round,step,epoch,loss,grad_norm,learning_rate,tokens,seconds");
        for (String column : columns) {
          writer.write("," + column);
        }
        writer.write("\n");
      }
      writer.write(
          List.of(
                  step.round(),
                  step.step(),
                  step.epoch(),
                  step.loss(),
                  step.gradNorm(),
                  step.learningRate(),
                  step.tokens(),
                  step.seconds())
              .stream()
              .map(Object::toString)
              .collect(Collectors.joining(",")));
      for (String column : columns) {
        Double value = step.metrics().get(column);
        writer.write("," + (value == null ? "" : value.toString()));
      }
      writer.write("\n");
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be written: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be written: " + e.getMessage(), e);
    }
  }
}
