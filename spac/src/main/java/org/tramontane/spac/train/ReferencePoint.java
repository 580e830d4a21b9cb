package org.tramontane.spac.train;

import org.tramontane.spac.loss.KtoLoss;

/// What the responses of one optimiser step are compared with: KTO's z0 or BCO's delta.
///
/// It fills up as log-probabilities come in, and is complete when the first micro-batch is differentiated.
sealed interface ReferencePoint {

  /// TRL's name of it.
  String metric();

  /// Its value, in the unit of the loss.
  double value();

  /// KTO's: the mean log-ratio of mismatched pairs, where it is above 0.
  final class Mismatched implements ReferencePoint {
    private final KtoLoss loss;
    private double sum;
    private int count;

    Mismatched(KtoLoss loss) {
      this.loss = loss;
    }

    /// Takes the log-ratio of a mismatched pair.
    void observe(double logRatio) {
      sum += logRatio;
      count++;
    }

    @Override
    public String metric() {
      return "kl";
    }

    @Override
    public double value() {
      return loss.referencePoint(sum / count);
    }
  }

  /// BCO's: the mean reward of all steps so far, this one's included.
  final class MeanReward implements ReferencePoint {
    private final double[] rewards;
    private final RunningMean running;
    private boolean counted;

    /// @param running goes on from step to step
    MeanReward(int examples, RunningMean running) {
      this.rewards = new double[examples];
      this.running = running;
    }

    /// Takes the reward of example `i` of the step; the same one may come again.
    void observe(int i, double reward) {
      rewards[i] = reward;
    }

    @Override
    public String metric() {
      return "delta";
    }

    @Override
    public double value() {
      if (!counted) {
        running.add(rewards);
        counted = true;
      }
      return running.mean();
    }
  }
}
