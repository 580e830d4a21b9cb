package org.tramontane.tensor;

import java.util.Arrays;

/// Where each sequence of a packed batch begins and ends.
///
/// Sequences of different lengths lie one after the other as rows of one tensor, without padding: sequence `b` owns rows
/// `offset(b)` to `offset(b + 1)`, and its first row has position 0.
public final class Sequences {
  private final int[] offsets;

  private Sequences(int[] offsets) {
    this.offsets = offsets;
  }

  /// Sequences of the given lengths, in this order.
  ///
  /// @throws IllegalArgumentException if a length is below 1 or the sum is above 2^31 - 1
  public static Sequences ofLengths(int... lengths) {
    int[] offsets = new int[lengths.length + 1];
    for (int b = 0; b < lengths.length; b++) {
      if (lengths[b] < 1) {
        throw new IllegalArgumentException(
            "sequence " + b + " has length " + lengths[b] + "; allowed: 1 or more");
      }
      try {
        offsets[b + 1] = Math.addExact(offsets[b], lengths[b]);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException("a batch of more than 2^31 - 1 tokens", e);
      }
    }
    return new Sequences(offsets);
  }

  /// The number of sequences.
  public int count() {
    return offsets.length - 1;
  }

  /// The first row of sequence `b`; for `b == count()`, the number of all rows.
  public int offset(int b) {
    return offsets[b];
  }

  /// The number of rows of sequence `b`.
  public int length(int b) {
    return offsets[b + 1] - offsets[b];
  }

  /// The number of all rows, T.
  public int tokens() {
    return offsets[offsets.length - 1];
  }

  /// The length of the longest sequence, 0 if there is none.
  public int longest() {
    int longest = 0;
    for (int b = 0; b < count(); b++) {
      longest = Math.max(longest, length(b));
    }
    return longest;
  }

  /// For each row, its position in its sequence, from 0.
  public int[] positions() {
    int[] positions = new int[tokens()];
    for (int b = 0; b < count(); b++) {
      for (int row = offsets[b]; row < offsets[b + 1]; row++) {
        positions[row] = row - offsets[b];
      }
    }
    return positions;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sequences sequences && Arrays.equals(offsets, sequences.offsets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(offsets);
  }

  @Override
  public String toString() {
    return "Sequences" + Arrays.toString(offsets);
  }
}
