package org.tramontane.spac.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.UserError;

/// A file of preference pairs, or of responses to learn: JSONL or one JSON array, maybe gzipped.
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
  /// @throws UserError if it is missing, empty or broken, or a row lacks something; the message names file, line and key
  public static DataFile read(Path path, DataPurpose purpose) {
    Rows rows = new Rows(purpose);
    JsonRows.read(path, rows);
    DataShape shape = rows.shape;
    if (shape == null) {
      throw new UserError(path + ": no rows");
    }
    return new DataFile(path, shape, Sha256.of(path), rows.list);
  }

  private static final class Rows implements JsonRows.Consumer {
    private final DataPurpose purpose;
    private final List<DataRow> list = new ArrayList<>();
    private @Nullable DataShape shape;

    Rows(DataPurpose purpose) {
      this.purpose = purpose;
    }

    @Override
    public void accept(String where, ObjectNode row) {
      DataShape found = DataShape.of(row, where);
      DataShape expected = shape;
      if (expected == null) {
        shape = found;
      } else if (found != expected) {
        throw new UserError(
            where
                + ": the row has the shape "
                + found.label()
                + ", the first one "
                + expected.label()
                + "; split the file by shape");
      }
      list.add(new RowReader(where, row, purpose).read(found));
    }
  }
}
