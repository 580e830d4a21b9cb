package org.tramontane.spac.loss;

/// How many tokens each response of an example has, EOS included where it ends with it.
///
/// @param chosen |y+|, 1 or more
/// @param rejected |y-|, 1 or more
/// @param self |y'|; 1 where there is none
public record ResponseLengths(int chosen, int rejected, int self) {
  /// Checks the ranges.
  public ResponseLengths {
    if (Math.min(chosen, Math.min(rejected, self)) < 1) {
      throw new IllegalArgumentException(
          "lengths " + chosen + ", " + rejected + ", " + self + "; allowed: 1 or more");
    }
  }

  /// Lengths of a pair, without y'.
  public static ResponseLengths pair(int chosen, int rejected) {
    return new ResponseLengths(chosen, rejected, 1);
  }
}
