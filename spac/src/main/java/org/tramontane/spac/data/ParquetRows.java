package org.tramontane.spac.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.ColumnMetaData;
import dev.hardwood.metadata.RowGroup;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqStruct;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.SchemaNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.UserError;

/// Reads the rows of a Parquet file as JSON objects: strings, numbers, booleans, lists and structs, nested as datasets
/// of the Hugging Face Hub have them. Row groups are read one after the other.
///
/// Only columns that a [DataShape] knows are read. The file is not trusted: what its footer claims is checked against
/// its size first, and whatever the decoder finds broken becomes one line.
final class ParquetRows {
  private static final byte[] MAGIC = {'P', 'A', 'R', '1'};
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /// Columns that a shape may read.
  private static final Set<String> COLUMNS =
      Set.of(
          "prompt",
          "chosen",
          "rejected",
          "messages",
          "completion",
          "label",
          "instruction",
          "input",
          "output",
          "response",
          "prompt_ids",
          "chosen_ids",
          "rejected_ids",
          "self_ids",
          "response_ids",
          "completion_ids");

  private static final int MAX_DEPTH = 16;

  private final Path file;
  private final JsonRows.Consumer consumer;

  private ParquetRows(Path file, JsonRows.Consumer consumer) {
    this.file = file;
    this.consumer = consumer;
  }

  /// Whether a file begins as Parquet files do.
  static boolean begins(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return java.util.Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /// Hands each row of `file` to `consumer`, in order.
  ///
  /// @throws UserError if the file is broken, or uses a codec that is not supported
  static void read(Path file, JsonRows.Consumer consumer) {
    try {
      new ParquetRows(file, consumer).read();
    } catch (UserError e) {
      throw e;
    } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw new UserError(file + ": broken or not supported Parquet: " + reason(e), e);
    }
  }

  private static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    String first = message == null ? "" : message.lines().findFirst().orElse("");
    String text = first.isBlank() ? root.getClass().getSimpleName() : first;
    return text.length() <= 200 ? text : text.substring(0, 197) + "...";
  }

  private void read() throws IOException {
    long size = Files.size(file);
    try (ParquetInput input = new ParquetInput(file);
        ParquetFileReader reader = ParquetFileReader.open(input)) {
      requirePlausible(reader, size);
      String[] columns = columns(reader.getFileSchema().getRootNode());
      ParquetPages pages = new ParquetPages(input, file.toString());
      for (RowGroup group : reader.getFileMetaData().rowGroups()) {
        for (ColumnChunk chunk : group.columns()) {
          if (isRead(chunk.metaData())) {
            pages.check(chunk.metaData());
          }
        }
      }
      try (RowReader rows =
          reader.buildRowReader().projection(ColumnProjection.columns(columns)).build()) {
        for (long number = 1; rows.hasNext(); number++) {
          rows.next();
          accept(file + ": row " + number, rows);
        }
      }
    }
  }

  private void accept(String where, RowReader row) {
    ObjectNode node = JSON.objectNode();
    try {
      for (int i = 0; i < row.getFieldCount(); i++) {
        node.set(row.getFieldName(i), json(row.getValue(i)));
      }
    } catch (UserError e) {
      consumer.broken(new UserError(where + ": " + e.getMessage(), e));
      return;
    }
    consumer.accept(where, node);
  }

  /// Refuses a footer that claims more than the file can hold, before anything is allocated by it.
  private void requirePlausible(ParquetFileReader reader, long size) {
    long rows = 0;
    for (RowGroup group : reader.getFileMetaData().rowGroups()) {
      for (ColumnChunk chunk : group.columns()) {
        ColumnMetaData column = chunk.metaData();
        long compressed = column.totalCompressedSize();
        if (compressed < 0
            || compressed > size
            || column.dataPageOffset() < 0
            || column.dataPageOffset() > size
            || column.numValues() < 0) {
          throw implausible(
              "a column of " + compressed + " bytes at " + column.dataPageOffset(), size);
        }
      }
      if (group.numRows() < 0) {
        throw implausible("a row group of " + group.numRows() + " rows", size);
      }
      rows += group.numRows();
    }
    if (rows != reader.getFileMetaData().numRows()) {
      throw implausible(
          reader.getFileMetaData().numRows() + " rows, and row groups of " + rows, size);
    }
  }

  private static boolean isRead(ColumnMetaData column) {
    return COLUMNS.contains(column.pathInSchema().elements().getFirst());
  }

  private UserError implausible(String claim, long size) {
    return new UserError(
        file
            + ": broken Parquet: the footer claims "
            + claim
            + "; the file has "
            + size
            + " bytes");
  }

  private String[] columns(SchemaNode.GroupNode root) {
    List<String> names = new ArrayList<>();
    List<String> all = new ArrayList<>();
    for (SchemaNode column : root.children()) {
      all.add(column.name());
      if (COLUMNS.contains(column.name())) {
        requireDepth(column, 0);
        names.add(column.name());
      }
    }
    if (names.isEmpty()) {
      throw new UserError(
          file + ": columns " + all + " fit no known shape; known are " + DataShape.labels());
    }
    return names.toArray(String[]::new);
  }

  private void requireDepth(SchemaNode node, int depth) {
    if (depth > MAX_DEPTH) {
      throw new UserError(file + ": columns are nested more than " + MAX_DEPTH + " deep");
    }
    if (node instanceof SchemaNode.GroupNode group) {
      group.children().forEach(child -> requireDepth(child, depth + 1));
    }
  }

  private static JsonNode json(@Nullable Object value) {
    return switch (value) {
      case null -> JSON.nullNode();
      case String text -> JSON.textNode(text);
      case Boolean flag -> JSON.booleanNode(flag);
      case Integer number -> JSON.numberNode(number);
      case Long number -> JSON.numberNode(number);
      case Float number -> JSON.numberNode(number);
      case Double number -> JSON.numberNode(number);
      case PqStruct struct -> {
        ObjectNode node = JSON.objectNode();
        for (int i = 0; i < struct.getFieldCount(); i++) {
          node.set(struct.getFieldName(i), json(struct.getValue(i)));
        }
        yield node;
      }
      case PqList list -> {
        ArrayNode node = JSON.arrayNode();
        list.values().forEach(element -> node.add(json(element)));
        yield node;
      }
      default ->
          throw new UserError(
              "a value is a "
                  + value.getClass().getSimpleName()
                  + "; strings, numbers, booleans, lists and structs are read");
    };
  }
}
