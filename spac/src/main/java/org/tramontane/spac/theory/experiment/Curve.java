package org.tramontane.spac.theory.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.jspecify.annotations.Nullable;

/// A method's suboptimality along an experiment's axis.
///
/// @param method its name
/// @param points one for each value
/// @param slope of log(mean) against log(value), or null where fewer than three means are positive
public record Curve(String method, List<Point> points, @Nullable Slope slope) {
  static final int RESAMPLES = 2_000;

  /// A mean with its 95 % interval.
  ///
  /// @param value of the axis
  /// @param mean over seeds
  /// @param low 2.5th percentile of the bootstrapped mean
  /// @param high 97.5th
  /// @param game what was checked at this value, or null
  public record Point(double value, double mean, double low, double high, @Nullable Game game) {}

  /// A slope with its 95 % interval.
  ///
  /// @param slope of ordinary least squares
  /// @param low 2.5th percentile over resampled seeds
  /// @param high 97.5th
  public record Slope(double slope, double low, double high) {}

  /// Of the best candidate at each value, in hindsight, where each is `samples[value][seed]`; mostly there is one.
  ///
  /// A seed stands for another bandit and other data at each value ([Seeds]), so values are resampled independently of each other; candidates share
  /// a trial's data, so they are resampled together, and the best one is chosen again in each resample.
  ///
  /// @param games what was checked at each value; null where nothing was
  static Curve of(
      String method,
      List<Double> values,
      List<double[][]> candidates,
      List<@Nullable Game> games,
      long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] resampled = new double[values.size()][RESAMPLES];
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      int value = i;
      int[] all = indices(candidates.getFirst()[i].length);
      for (int r = 0; r < RESAMPLES; r++) {
        int[] chosen = random.ints(all.length, 0, all.length).toArray();
        resampled[i][r] = best(candidates, value, chosen);
      }
      points.add(
          new Point(
              values.get(i),
              best(candidates, value, all),
              percentile(resampled[i], 2.5),
              percentile(resampled[i], 97.5),
              games.get(i)));
    }
    return new Curve(method, points, slope(values, points, resampled));
  }

  private static int[] indices(int count) {
    int[] indices = new int[count];
    Arrays.setAll(indices, s -> s);
    return indices;
  }

  /// The least mean of any candidate over these seeds.
  private static double best(List<double[][]> candidates, int value, int[] seeds) {
    double best = Double.POSITIVE_INFINITY;
    for (double[][] candidate : candidates) {
      double sum = 0;
      for (int s : seeds) {
        sum += candidate[value][s];
      }
      best = Math.min(best, sum / seeds.length);
    }
    return best;
  }

  private static @Nullable Slope slope(
      List<Double> values, List<Point> points, double[][] resampled) {
    if (points.stream().filter(p -> p.mean() > 0).count() < 3) {
      return null;
    }
    double[] means = points.stream().mapToDouble(Point::mean).toArray();
    double[] slopes = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      double[] column = new double[means.length];
      for (int i = 0; i < column.length; i++) {
        column[i] = resampled[i][r];
      }
      slopes[r] = fit(values, column);
    }
    return new Slope(fit(values, means), percentile(slopes, 2.5), percentile(slopes, 97.5));
  }

  private static double fit(List<Double> values, double[] means) {
    SimpleRegression regression = new SimpleRegression();
    for (int i = 0; i < means.length; i++) {
      if (means[i] > 0) {
        regression.addData(Math.log(values.get(i)), Math.log(means[i]));
      }
    }
    return regression.getSlope();
  }

  private static double percentile(double[] sample, double p) {
    return new Percentile(p).evaluate(sample);
  }
}
