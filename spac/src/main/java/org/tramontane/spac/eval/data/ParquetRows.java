package org.tramontane.spac.eval.data;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqStruct;
import dev.hardwood.row.StructAccessor;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.data.JsonRows;
import org.tramontane.tensor.UserError;

/// Reads the rows of a Parquet file as JSON objects: texts, numbers, booleans, and lists and structures of them.
final class ParquetRows {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ParquetRows() {}

  /// Hands each row to `consumer`.
  ///
  /// @throws UserError if the file is broken or a column's type has no place in JSON
  static void read(Path file, JsonRows.Consumer consumer) {
    int number = 0;
    try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file));
        RowReader rows = reader.rowReader()) {
      while (rows.hasNext()) {
        rows.next();
        number++;
        consumer.accept(file + ": row " + number, object(rows));
      }
    } catch (IOException | RuntimeException e) {
      if (e instanceof UserError error) {
        throw error;
      }
      throw new UserError(
          file + ": cannot be read as Parquet after row " + number + ": " + e.getMessage(), e);
    }
  }

  private static ObjectNode object(StructAccessor fields) {
    ObjectNode object = JSON.objectNode();
    for (int i = 0; i < fields.getFieldCount(); i++) {
      put(object, fields.getFieldName(i), fields.isNull(i) ? null : fields.getValue(i));
    }
    return object;
  }

  private static void put(ObjectNode object, String name, @Nullable Object value) {
    switch (value) {
      case null -> object.putNull(name);
      case String text -> object.put(name, text);
      case Integer number -> object.put(name, number);
      case Long number -> object.put(name, number);
      case Float number -> object.put(name, number);
      case Double number -> object.put(name, number);
      case Boolean flag -> object.put(name, flag);
      case PqStruct struct -> object.set(name, object(struct));
      case PqList list -> object.set(name, array(name, list));
      default -> throw unknown(name, value);
    }
  }

  private static ArrayNode array(String name, PqList list) {
    ArrayNode array = JSON.arrayNode();
    for (int i = 0; i < list.size(); i++) {
      switch (list.isNull(i) ? null : list.get(i)) {
        case null -> array.addNull();
        case String text -> array.add(text);
        case Integer number -> array.add(number);
        case Long number -> array.add(number);
        case Float number -> array.add(number);
        case Double number -> array.add(number);
        case Boolean flag -> array.add(flag);
        case PqStruct struct -> array.add(object(struct));
        case PqList inner -> array.add(array(name, inner));
        case Object other -> throw unknown(name, other);
      }
    }
    return array;
  }

  private static UserError unknown(String name, Object value) {
    return new UserError(
        "column " + name + " holds a " + value.getClass().getSimpleName() + ", which is not data");
  }
}
