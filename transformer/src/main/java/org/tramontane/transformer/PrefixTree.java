package org.tramontane.transformer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.tramontane.tensor.Sequences;

/// Token sequences packed so that a beginning which several of them share has its rows only once.
///
/// A row is one token after one history, so two sequences share a row as long as all their tokens agree. A path is a
/// sequence that no other one continues; rows of different paths see each other only where they share them. With nothing
/// to share, this is a [TokenBatch].
///
/// Everything but attention treats rows independently. For attention each path's rows are laid out one after the other,
/// so the arithmetic saved is all but that of the attention products.
final class PrefixTree {
  private final int[][] rowsOf;
  private final int[] ids;
  private final int[] positions;
  private final Sequences paths;
  private final int[] pathRows;
  private final int[] firstOccurrence;

  private PrefixTree(int[][] rowsOf, int[] ids, int[] positions, List<int[]> paths) {
    this.rowsOf = rowsOf;
    this.ids = ids;
    this.positions = positions;
    this.paths = Sequences.ofLengths(paths.stream().mapToInt(path -> path.length).toArray());
    this.pathRows = paths.stream().flatMapToInt(Arrays::stream).toArray();
    this.firstOccurrence = new int[ids.length];
    for (int i = pathRows.length - 1; i >= 0; i--) {
      firstOccurrence[pathRows[i]] = i;
    }
  }

  /// The given sequences, each with at least one token.
  ///
  /// @param share whether equal beginnings share rows
  static PrefixTree of(List<int[]> sequences, boolean share) {
    // Neighbours in lexicographic order have the longest beginnings in common.
    List<Integer> order =
        IntStream.range(0, sequences.size())
            .boxed()
            .sorted(
                share
                    ? Comparator.comparing(sequences::get, Arrays::compare)
                    : Comparator.naturalOrder())
            .toList();
    int[][] rowsOf = new int[sequences.size()][];
    int[] ids = new int[sequences.stream().mapToInt(sequence -> sequence.length).sum()];
    int[] positions = new int[ids.length];
    int rows = 0;
    int[] before = {};
    int[] beforeRows = {};
    List<int[]> paths = new ArrayList<>();
    for (int s : order) {
      int[] sequence = sequences.get(s);
      int shared = share ? sharedLength(before, sequence) : 0;
      int[] own = Arrays.copyOf(beforeRows, sequence.length);
      for (int p = shared; p < sequence.length; p++) {
        ids[rows] = sequence[p];
        positions[rows] = p;
        own[p] = rows++;
      }
      if (share && !paths.isEmpty() && shared == before.length) {
        paths.removeLast(); // this sequence continues the one before
      }
      paths.add(own);
      rowsOf[s] = own;
      before = sequence;
      beforeRows = own;
    }
    return new PrefixTree(rowsOf, Arrays.copyOf(ids, rows), Arrays.copyOf(positions, rows), paths);
  }

  private static int sharedLength(int[] a, int[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }

  /// The token of each row, R in all.
  int[] ids() {
    return ids;
  }

  /// The position of each row's token in its sequences.
  int[] positions() {
    return positions;
  }

  /// The row of token `position` of sequence `sequence`.
  int row(int sequence, int position) {
    return rowsOf[sequence][position];
  }

  /// The paths one after the other, P rows in all.
  Sequences paths() {
    return paths;
  }

  /// For each of the P rows the one of R that it shows.
  int[] pathRows() {
    return pathRows;
  }

  /// For each of the R rows the first of P that shows it.
  int[] firstOccurrence() {
    return firstOccurrence;
  }

  /// Whether no row is shared, so that `pathRows` just counts.
  boolean isPlain() {
    return pathRows.length == ids.length;
  }
}
