package org.tramontane.spac.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.UserError;

/// A file of preference pairs, or of responses to learn: JSONL or one JSON array, maybe gzipped, or Parquet. Which it
/// is shows in its first bytes. Rows are read one after the other; only what training needs of them is kept.
///
/// Its shape is that of its first row, and every row has it.
///
/// @param path where it lies
/// @param shape of every row
/// @param sha256 of the file's bytes, in hexadecimal
/// @param rows one or more
public record DataFile(Path path, DataShape shape, String sha256, List<DataRow> rows) {
  /// Takes a copy of the list.
  public DataFile {
    rows = List.copyOf(rows);
  }

  /// Reads a file.
  ///
  /// @throws UserError if it is missing, empty or broken, or a row lacks something; the message names file, line and
  ///     key
  public static DataFile read(Path path, DataPurpose purpose) {
    return read(path, purpose, BadRows.failing());
  }

  /// Reads a file.
  ///
  /// @param badRows what becomes of rows that lack something
  /// @throws UserError if it is missing, empty or broken as a whole; the message names file, line and key
  public static DataFile read(Path path, DataPurpose purpose, BadRows badRows) {
    Rows rows = new Rows(purpose, badRows);
    if (ParquetRows.begins(path)) {
      ParquetRows.read(path, rows);
    } else {
      JsonRows.read(path, rows);
    }
    DataShape shape = rows.shape;
    if (shape == null || rows.list.isEmpty()) {
      throw new UserError(
          path
              + ": no rows"
              + (badRows.skipped() == 0
                  ? ""
                  : "; "
                      + badRows.skipped()
                      + " were skipped, the first: "
                      + badRows.reasons().getFirst()));
    }
    return new DataFile(path, shape, Sha256.of(path), rows.list);
  }

  private static final class Rows implements JsonRows.Consumer {
    private final DataPurpose purpose;
    private final BadRows badRows;
    private final List<DataRow> list = new ArrayList<>();
    private @Nullable DataShape shape;

    Rows(DataPurpose purpose, BadRows badRows) {
      this.purpose = purpose;
      this.badRows = badRows;
    }

    @Override
    public void broken(UserError fault) {
      badRows.report(fault);
    }

    @Override
    public void accept(String where, ObjectNode row) {
      badRows.attempt(() -> read(where, row)).ifPresent(list::add);
    }

    private DataRow read(String where, ObjectNode row) {
      DataShape found = DataShape.of(row, where);
      DataShape expected = shape;
      if (expected == null) {
        DataRow first = new RowReader(where, row, purpose).read(found);
        shape = found;
        return first;
      }
      if (found != expected && row.properties().stream().noneMatch(e -> e.getValue().isNull())) {
        throw new UserError(
            where
                + ": the row has the shape "
                + found.label()
                + ", the first one "
                + expected.label()
                + "; split the file by shape");
      }
      return new RowReader(where, row, purpose).read(expected);
    }
  }
}
