package org.tramontane.cli.compare;

import java.util.ArrayList;
import java.util.List;

/// A Markdown table whose columns are aligned for the terminal.
final class MarkdownTable {
  private MarkdownTable() {}

  /// The table.
  ///
  /// @param left how many columns are set to the left; the others are numbers
  static String of(List<String> header, List<List<String>> rows, int left) {
    List<List<String>> lines = new ArrayList<>(List.of(header));
    lines.addAll(rows);
    int columns = header.size();
    int[] widths = new int[columns];
    for (List<String> line : lines) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], cell(line.get(i)).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      line(lines.get(i), widths, left, text);
      if (i == 0) {
        text.append('|');
        for (int j = 0; j < columns; j++) {
          text.append("-".repeat(widths[j] + 1)).append(j < left ? '-' : ':').append('|');
        }
        text.append('\n');
      }
    }
    return text.toString();
  }

  private static void line(List<String> cells, int[] widths, int left, StringBuilder text) {
    text.append('|');
    for (int i = 0; i < widths.length; i++) {
      String cell = cell(cells.get(i));
      String space = " ".repeat(widths[i] - cell.length());
      text.append(' ').append(i < left ? cell + space : space + cell).append(" |");
    }
    text.append('\n');
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
