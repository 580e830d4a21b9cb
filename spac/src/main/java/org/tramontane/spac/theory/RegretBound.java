package org.tramontane.spac.theory;

/// The promise that the policy's player keeps whatever the critic does, checked after each step at each prompt and against each response:
///
///     sum_s f_s(y) - <pi_s, f_s>  <=  -log pi_1(y) / eta + (eta / 8) sum_s (max f_s - min f_s)^2
///
/// It is mirror descent's bound with the entropy, the right side's second term by Hoeffding's lemma. A policy step that is not
/// the exponential tilt breaks it sooner or later, and then the run stops.
final class RegretBound {
  private final double eta;
  private final double[][] start;
  private final double[][] gained;
  private final double[] earned;
  private final double[] squares;
  private double slack = Double.POSITIVE_INFINITY;

  RegretBound(double[][] start, double eta) {
    this.eta = eta;
    this.start = start;
    this.gained = new double[start.length][start[0].length];
    this.earned = new double[start.length];
    this.squares = new double[start.length];
  }

  /// Enters a round.
  ///
  /// @throws IllegalStateException if the bound does not hold
  void add(double[][] pi, double[][] f, int round) {
    for (int x = 0; x < pi.length; x++) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int y = 0; y < pi[x].length; y++) {
        gained[x][y] += f[x][y];
        earned[x] += pi[x][y] * f[x][y];
        low = Math.min(low, f[x][y]);
        high = Math.max(high, f[x][y]);
      }
      squares[x] += (high - low) * (high - low);
      for (int y = 0; y < pi[x].length; y++) {
        double bound = -Math.log(start[x][y]) / eta + eta / 8 * squares[x];
        double rest = bound - (gained[x][y] - earned[x]);
        slack = Math.min(slack, rest);
        if (rest < -1e-9 * round) {
          throw new IllegalStateException(
              "regret bound: at round %d, prompt %d, response %d it is exceeded by %g"
                  .formatted(round, x, y, -rest));
        }
      }
    }
  }

  /// The least distance from the bound so far.
  double slack() {
    return slack;
  }

  /// max_y sum_s f_s(y) - <pi_s, f_s> so far, mean over prompts.
  double regret() {
    double sum = 0;
    for (int x = 0; x < earned.length; x++) {
      double best = Double.NEGATIVE_INFINITY;
      for (double gain : gained[x]) {
        best = Math.max(best, gain);
      }
      sum += best - earned[x];
    }
    return sum / earned.length;
  }

  /// The bound on [#regret], mean over prompts, for the response that pi_1 likes least.
  double promised() {
    double sum = 0;
    for (int x = 0; x < squares.length; x++) {
      double least = Double.POSITIVE_INFINITY;
      for (double p : start[x]) {
        least = Math.min(least, p);
      }
      sum += -Math.log(least) / eta + eta / 8 * squares[x];
    }
    return sum / squares.length;
  }
}
