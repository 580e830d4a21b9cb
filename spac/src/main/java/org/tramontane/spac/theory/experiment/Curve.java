package org.tramontane.spac.theory.experiment;

import java.util.ArrayList;
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
  private static final int RESAMPLES = 1_000;

  /// A mean with its 95 % interval.
  ///
  /// @param value of the axis
  /// @param mean over seeds
  /// @param low 2.5th percentile of the bootstrapped mean
  /// @param high 97.5th
  public record Point(double value, double mean, double low, double high) {}

  /// A slope with its 95 % interval.
  ///
  /// @param slope of ordinary least squares
  /// @param low 2.5th percentile over resampled seeds
  /// @param high 97.5th
  public record Slope(double slope, double low, double high) {}

  /// Of `samples[value][seed]`.
  static Curve of(String method, List<Double> values, double[][] samples, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] resampled = new double[values.size()][RESAMPLES];
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      double[] sample = samples[i];
      for (int r = 0; r < RESAMPLES; r++) {
        double sum = 0;
        for (int s = 0; s < sample.length; s++) {
          sum += sample[random.nextInt(sample.length)];
        }
        resampled[i][r] = sum / sample.length;
      }
      points.add(
          new Point(
              values.get(i),
              mean(sample),
              percentile(resampled[i], 2.5),
              percentile(resampled[i], 97.5)));
    }
    return new Curve(method, points, slope(values, points, resampled));
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

  private static double mean(double[] sample) {
    double sum = 0;
    for (double v : sample) {
      sum += v;
    }
    return sum / sample.length;
  }

  private static double percentile(double[] sample, double p) {
    return new Percentile(p).evaluate(sample);
  }
}
