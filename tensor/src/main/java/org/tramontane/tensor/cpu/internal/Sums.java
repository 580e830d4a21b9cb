package org.tramontane.tensor.cpu.internal;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.tramontane.tensor.Tensor;

/// Sums in F64.
public final class Sums {
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;

  /// Elements of a block. Blocks are summed one by one and then in order, so that the sum does not depend on the threads.
  private static final long BLOCK = 1 << 15;

  private Sums() {}

  /// The sum of the squares of all elements of `x`.
  public static double squares(Threads threads, Tensor x) {
    long address = x.readOnlyData().address();
    long n = x.elements();
    double[] sums = new double[Math.toIntExact((n + BLOCK - 1) / BLOCK)];
    threads.split(
        sums.length,
        1,
        (worker, from, to) -> {
          for (long block = from; block < to; block++) {
            long start = block * BLOCK;
            sums[(int) block] = squares(address + 4 * start, Math.min(BLOCK, n - start));
          }
        });
    double sum = 0;
    for (double part : sums) {
      sum += part;
    }
    return sum;
  }

  private static double squares(long x, long n) {
    DoubleVector low = DoubleVector.zero(DOUBLES);
    DoubleVector high = low;
    long bound = Lanes.bound(n);
    for (long i = 0; i < bound; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(x + 4 * i);
      DoubleVector a = (DoubleVector) v.convertShape(VectorOperators.F2D, DOUBLES, 0);
      DoubleVector b = (DoubleVector) v.convertShape(VectorOperators.F2D, DOUBLES, 1);
      low = a.fma(a, low);
      high = b.fma(b, high);
    }
    double sum = 0;
    for (double lane : low.add(high).toArray()) { // in a fixed order, unlike reduceLanes
      sum += lane;
    }
    for (long i = bound; i < n; i++) {
      double value = Lanes.get(x + 4 * i);
      sum += value * value;
    }
    return sum;
  }
}
