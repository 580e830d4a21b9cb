package org.tramontane.spac.eval.data;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.RuntimeJsonMappingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.tramontane.spac.data.JsonRows;
import org.tramontane.tensor.UserError;

/// Reads the rows of a CSV file (RFC 4180) as objects of texts.
///
/// The first row names the columns, unless it is one of MMLU's own six: a question, four choices and the letter of the
/// right one. Those files have no header, and name their subject by the file: `{subject}_test.csv`.
final class CsvRows {
  private static final CsvMapper CSV =
      CsvMapper.builder().enable(CsvParser.Feature.WRAP_AS_ARRAY).build();

  private static final Header MMLU =
      new Header(List.of("question", "A", "B", "C", "D", "answer"), false);

  /// @param named whether the first row names the columns
  private record Header(List<String> columns, boolean named) {}

  private CsvRows() {}

  /// Hands each row to `consumer`.
  ///
  /// @throws UserError if the file can't be read or a row has another number of fields than the header
  static void read(Path file, JsonRows.Consumer consumer) {
    try (InputStream bytes = open(file);
        MappingIterator<String[]> rows = CSV.readerFor(String[].class).readValues(bytes)) {
      if (!rows.hasNext()) {
        return;
      }
      String[] first = rows.next();
      Header header = header(file, first);
      int number = 1;
      if (!header.named) {
        consumer.accept(where(file, number), object(file, number, header, first));
      }
      while (rows.hasNext()) {
        number++;
        consumer.accept(where(file, number), object(file, number, header, rows.next()));
      }
    } catch (IOException | RuntimeJsonMappingException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new UserError(file + ": broken CSV: " + reason, e);
    }
  }

  private static String where(Path file, int row) {
    return file + ": row " + row;
  }

  private static InputStream open(Path file) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file));
    return String.valueOf(file.getFileName()).endsWith(".gz") ? new GZIPInputStream(raw) : raw;
  }

  private static Header header(Path file, String... first) {
    if (first.length == MMLU.columns.size() && first[5].matches("[A-D]")) {
      return MMLU;
    }
    String[] names = first.clone();
    names[0] = names[0].startsWith("\uFEFF") ? names[0].substring(1) : names[0];
    if (new HashSet<>(Arrays.asList(names)).size() < names.length) {
      throw new UserError(where(file, 1) + ": the header names a column twice");
    }
    return new Header(List.of(names), true);
  }

  private static ObjectNode object(Path file, int number, Header header, String... fields) {
    List<String> columns = header.columns;
    if (fields.length != columns.size()) {
      throw new UserError(
          where(file, number)
              + ": "
              + fields.length
              + " fields; the "
              + (header.named ? "header" : "first row")
              + " has "
              + columns.size());
    }
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < fields.length; i++) {
      row.put(columns.get(i), fields[i]);
    }
    if (!header.named) {
      String name = String.valueOf(file.getFileName()).replaceAll("\\.csv(\\.gz)?$", "");
      row.put("subject", name.replaceAll("_(test|dev|val)$", ""));
    }
    return row;
  }
}
