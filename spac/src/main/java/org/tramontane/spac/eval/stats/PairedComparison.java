package org.tramontane.spac.eval.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.math3.distribution.TDistribution;

/// Two models on the same documents. Their scores go up and down together, so the differences per document tell more than
/// two separate errors do.
///
/// @param first the first model's mean
/// @param second the second's
/// @param difference second minus first
/// @param mcNemar where all values are 0 or 1
/// @param p McNemar's, or that of the paired t-test; NaN where one document says nothing
public record PairedComparison(
    double first, double second, Estimate difference, Optional<McNemar> mcNemar, double p) {

  /// The comparison of two samples with the same documents in the same order.
  public static PairedComparison of(Sample first, Sample second) {
    List<double[]> differences = new ArrayList<>();
    for (int g = 0; g < first.groups().size(); g++) {
      double[] a = first.groups().get(g);
      double[] b = second.groups().get(g);
      if (a.length != b.length) {
        throw new IllegalArgumentException(
            "group " + g + " has " + a.length + " values and " + b.length);
      }
      double[] d = new double[a.length];
      Arrays.setAll(d, i -> b[i] - a[i]);
      differences.add(d);
    }
    Estimate difference = Estimate.of(new Sample(differences));
    double[] a = first.values();
    double[] b = second.values();
    Optional<McNemar> mcNemar =
        isBinary(a) && isBinary(b) ? Optional.of(McNemar.of(a, b)) : Optional.empty();
    return new PairedComparison(
        first.mean(),
        second.mean(),
        difference,
        mcNemar,
        mcNemar.map(McNemar::p).orElseGet(() -> tTest(difference)));
  }

  private static boolean isBinary(double... values) {
    return Arrays.stream(values).allMatch(v -> v == 0 || v == 1);
  }

  /// Two-sided, of a mean difference of 0.
  private static double tTest(Estimate difference) {
    if (difference.standardError() == 0) {
      return difference.value() == 0 ? 1 : 0;
    }
    if (difference.size() < 2) {
      return Double.NaN;
    }
    double t = Math.abs(difference.value() / difference.standardError());
    return 2 * (1 - new TDistribution(difference.size() - 1.0).cumulativeProbability(t));
  }

  /// P-values as they are when several comparisons are looked at together (Holm 1979): each keeps its meaning for the
  /// smallest of them too.
  public static double[] holm(double... p) {
    Integer[] order = new Integer[p.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (i, j) -> Double.compare(p[i], p[j]));
    double[] adjusted = new double[p.length];
    double largest = 0;
    for (int rank = 0; rank < p.length; rank++) {
      largest = Math.max(largest, Math.min(1, p[order[rank]] * (p.length - rank)));
      adjusted[order[rank]] = largest;
    }
    return adjusted;
  }
}
