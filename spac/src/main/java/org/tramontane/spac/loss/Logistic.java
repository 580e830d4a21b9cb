package org.tramontane.spac.loss;

/// The logistic function and its logarithm without overflow or cancellation; StrictMath gives the same bits everywhere.
final class Logistic {
  private Logistic() {}

  /// `1 / (1 + exp(-z))`.
  static double sigmoid(double z) {
    if (z >= 0) {
      return 1 / (1 + StrictMath.exp(-z));
    }
    double e = StrictMath.exp(z);
    return e / (1 + e);
  }

  /// `s(z) = -log sigmoid(z)`, which is `log(1 + exp(-z))`.
  static double negativeLogSigmoid(double z) {
    return Math.max(-z, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(z)));
  }

  /// `s'(z) = -sigmoid(-z)`.
  static double negativeLogSigmoidDerivative(double z) {
    return -sigmoid(-z);
  }

  /// `sigmoid'(z) = sigmoid(z) sigmoid(-z)`.
  static double sigmoidDerivative(double z) {
    return sigmoid(z) * sigmoid(-z);
  }

  /// `log(1 - exp(x))` for x below 0.
  static double logOneMinusExp(double x) {
    // Below -ln 2 the exponential is the small number, above it the difference is.
    return x < -Math.log(2)
        ? StrictMath.log1p(-StrictMath.exp(x))
        : StrictMath.log(-StrictMath.expm1(x));
  }
}
