package org.tramontane.spac.eval.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.tramontane.spac.data.JsonRows;
import org.tramontane.tensor.UserError;

/// Reads benchmark files by the ending of their names: `.jsonl`, `.json`, `.csv` or `.parquet`, each but the last maybe
/// with `.gz`.
public final class EvalRows {
  private EvalRows() {}

  /// The rows of a file, or of all data files of a folder in the order of their names.
  ///
  /// @throws UserError if it is missing, empty or broken; the message names file and row
  public static List<EvalRow> read(Path path) {
    List<EvalRow> rows = new ArrayList<>();
    filesAt(path).forEach(file -> rows.addAll(readFile(file)));
    if (rows.isEmpty()) {
      throw new UserError(path + ": no rows");
    }
    return rows;
  }

  /// The file itself, or of a folder the data files right in it, by name.
  ///
  /// @throws UserError if it cannot be read
  public static List<Path> filesAt(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(file -> Files.isRegularFile(file) && !format(file).isEmpty())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UserError(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /// `jsonl`, `json`, `csv` or `parquet`; empty for any other file.
  static String format(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".parquet")) {
      return "parquet";
    }
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    return Stream.of("jsonl", "json", "csv")
        .filter(ending -> plain.endsWith("." + ending))
        .findFirst()
        .orElse("");
  }

  private static List<EvalRow> readFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UserError(file + ": no such file");
    }
    List<EvalRow> rows = new ArrayList<>();
    switch (format(file)) {
      case "parquet" -> ParquetRows.read(file, (where, row) -> rows.add(new EvalRow(where, row)));
      case "csv" -> CsvRows.read(file, (where, row) -> rows.add(new EvalRow(where, row)));
      case "json", "jsonl" ->
          JsonRows.read(file, (where, row) -> rows.add(new EvalRow(where, row)));
      default ->
          throw new UserError(
              file + ": unknown kind of file; known endings are .jsonl, .json, .csv, .parquet");
    }
    return rows;
  }
}
