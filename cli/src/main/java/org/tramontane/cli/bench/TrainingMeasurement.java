package org.tramontane.cli.bench;

/// A training step's time and what it amounts to.
///
/// @param shape the case
/// @param times of the median step
/// @param peak median GFLOP/s of a direct `cblas_sgemm`, measured between the steps
record TrainingMeasurement(ModelShape shape, TrainingBench.Times times, double peak) {
  double tokensPerSecond() {
    return shape.tokens() / times.total();
  }

  double gigaFlops() {
    return shape.trainingFlops() / times.total() * 1e-9;
  }

  double share() {
    return gigaFlops() / peak;
  }
}
