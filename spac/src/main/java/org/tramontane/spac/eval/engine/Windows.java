package org.tramontane.spac.eval.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tramontane.transformer.Completion;

/// A long text cut so that each of its tokens is predicted once, with as much before it as fits.
final class Windows {
  private Windows() {}

  /// As the harness cuts for rolling log-likelihoods: windows of `maxLength` predicted tokens, the first after
  /// `firstToken` and each other after the token before it; the last one, which is shorter, reads a whole window.
  ///
  /// @param ids the text, one token or more
  /// @param firstToken stands before the text
  /// @param maxLength tokens that the model reads at most
  static List<Completion> of(int[] ids, int firstToken, int maxLength) {
    int[] all = new int[ids.length + 1];
    all[0] = firstToken;
    System.arraycopy(ids, 0, all, 1, ids.length);
    List<Completion> windows = new ArrayList<>();
    for (int predicted = 0; predicted < ids.length; predicted += maxLength) {
      int end = Math.min(ids.length, predicted + maxLength);
      // The last predicted token, at `end` of `all`, is not read.
      int from = Math.max(0, end - maxLength);
      windows.add(
          new Completion(
              Arrays.copyOfRange(all, from, predicted + 1),
              Arrays.copyOfRange(all, predicted + 1, end + 1)));
    }
    return windows;
  }
}
