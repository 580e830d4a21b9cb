package org.tramontane.spac.loss;

import java.util.Arrays;

/// The loss of supervised fine-tuning: the mean over response tokens of `-log pi(token | everything before it)`.
///
/// The mean is over all response tokens of an optimiser step, whatever their number in a micro-batch; so its number is
/// the caller's to give.
public final class CrossEntropy {
  private CrossEntropy() {}

  /// The part of the mean that these tokens contribute.
  ///
  /// @param logProbs of some of the step's response tokens
  /// @param tokens response tokens in the whole step, 1 or more
  public static double part(float[] logProbs, long tokens) {
    double sum = 0;
    for (float logProb : logProbs) {
      sum -= logProb;
    }
    return sum / tokens;
  }

  /// The derivative of [#part] with respect to each log-probability: `-1 / tokens`.
  public static float[] gradient(float[] logProbs, long tokens) {
    float[] gradient = new float[logProbs.length];
    Arrays.fill(gradient, (float) (-1.0 / tokens));
    return gradient;
  }
}
