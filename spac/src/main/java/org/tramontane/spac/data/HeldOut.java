package org.tramontane.spac.data;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.tramontane.spac.Permutation;
import org.tramontane.tensor.UserError;

/// A list in two parts: what is trained on, and what is only evaluated on.
///
/// Which rows are held out depends on their number and on how many are held out, and on nothing else: not on a seed. So a
/// supervised run and an alignment on the same file hold the same rows out. Both parts keep the file's order.
///
/// @param train what is trained on, one or more
/// @param heldOut what is not
public record HeldOut<T>(List<T> train, List<T> heldOut) {
  /// Any constant will do; this one is for ever, because a change would mix old held-out rows into training.
  private static final long SEED = 0x7261_6d6f_6e74L;

  /// Takes copies of the lists.
  public HeldOut {
    train = List.copyOf(train);
    heldOut = List.copyOf(heldOut);
  }

  /// Holds out `count` of `rows`.
  ///
  /// @throws UserError if none would be left to train on
  public static <T> HeldOut<T> count(List<T> rows, int count) {
    if (count < 0 || count >= rows.size()) {
      throw new UserError(
          "eval_split = " + count + "; allowed: 0 or more, below the " + rows.size() + " rows");
    }
    int[] order = Permutation.of(SEED, 0, rows.size());
    BitSet held = new BitSet();
    for (int i = 0; i < count; i++) {
      held.set(order[i]);
    }
    List<T> train = new ArrayList<>();
    List<T> heldOut = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      (held.get(i) ? heldOut : train).add(rows.get(i));
    }
    return new HeldOut<>(train, heldOut);
  }

  /// Holds out `split` of `rows`: a fraction of them, rounded down, where it is below 1, else a whole number of rows.
  ///
  /// @throws UserError if it is neither, or none would be left to train on
  public static <T> HeldOut<T> split(List<T> rows, double split) {
    if (!(split >= 0) || (split >= 1 && split != Math.rint(split)) || split > Integer.MAX_VALUE) {
      throw new UserError(
          "eval_split = " + split + "; allowed: a fraction below 1, or a whole number of rows");
    }
    return count(rows, (int) (split < 1 ? Math.floor(split * rows.size()) : split));
  }
}
