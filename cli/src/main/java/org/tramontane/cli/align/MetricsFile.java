package org.tramontane.cli.align;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.tramontane.spac.train.StepReport;
import org.tramontane.spac.train.TrainingObserver;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.IoReason;

/// The metrics of every step as CSV, written as they come.
final class MetricsFile implements TrainingObserver, AutoCloseable {
  private final Path file;
  private final Writer writer;
  private List<String> columns;

  private MetricsFile(Path file, List<String> columns, StandardOpenOption... how) {
    this.file = file;
    this.columns = columns;
    try {
      this.writer = Files.newBufferedWriter(file, how);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /// A new file; one that is there is overwritten.
  static MetricsFile create(Path file) {
    return new MetricsFile(
        file,
        List.of(),
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
  }

  /// A file that goes on after its last line.
  static MetricsFile append(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      List<String> columns =
          lines.findFirst().map(header -> List.of(header.split(",", -1))).orElse(List.of());
      return new MetricsFile(
          file,
          columns.isEmpty() ? columns : columns.subList(0, columns.size() - 1),
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static UserError failure(Path file, IOException e) {
    return new UserError(file + " can't be written: " + IoReason.of(e), e);
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
      throw failure(file, e);
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
      throw failure(file, e);
    }
  }
}
