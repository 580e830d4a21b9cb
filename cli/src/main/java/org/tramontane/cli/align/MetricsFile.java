package org.tramontane.cli.align;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SequencedMap;
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
      SequencedMap<String, Double> row = step.row();
      if (columns.isEmpty()) {
        columns = List.copyOf(row.keySet());
        writer.write(String.join(",", columns) + ",seconds\n");
      }
      for (String column : columns) {
        Double value = row.get(column);
        writer.write((value == null ? "" : number(value)) + ",");
      }
      writer.write(step.seconds() + "\n");
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be written: " + e.getMessage(), e);
    }
  }

  /// Counts without a decimal point.
  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
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
