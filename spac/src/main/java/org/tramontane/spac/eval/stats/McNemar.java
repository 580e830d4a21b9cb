package org.tramontane.spac.eval.stats;

import org.apache.commons.math3.stat.inference.AlternativeHypothesis;
import org.apache.commons.math3.stat.inference.BinomialTest;

/// McNemar's exact test (1947) of two models' right and wrong answers to the same documents.
///
/// Only documents that one of them alone gets right say which is better; if none is, each of those is as likely either
/// way, so their number is binomial with 1/2.
///
/// @param onlyFirst documents that only the first got right
/// @param onlySecond documents that only the second got right
/// @param p two-sided
public record McNemar(int onlyFirst, int onlySecond, double p) {

  /// The test on 0s and 1s.
  ///
  /// @param first one per document
  /// @param second of the same documents
  public static McNemar of(double[] first, double[] second) {
    int onlyFirst = 0;
    int onlySecond = 0;
    for (int i = 0; i < first.length; i++) {
      onlyFirst += first[i] > second[i] ? 1 : 0;
      onlySecond += second[i] > first[i] ? 1 : 0;
    }
    int n = onlyFirst + onlySecond;
    double p =
        n == 0
            ? 1
            : new BinomialTest().binomialTest(n, onlyFirst, 0.5, AlternativeHypothesis.TWO_SIDED);
    return new McNemar(onlyFirst, onlySecond, Math.min(1, p));
  }
}
