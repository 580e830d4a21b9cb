package org.tramontane.benchmarks;

import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.tramontane.cli.bench.ModelShape;
import org.tramontane.cli.bench.TrainingBench;
import org.tramontane.tensor.Backend;

/// A model that trains.
@State(Scope.Benchmark)
public class TrainingState {
  @Param({"cpu", "nd4j"})
  private String backend;

  /// `-p model=M` or `7b-layer` for more: they take minutes, and 7b-layer 8 GB.
  @Param({"tiny", "S"})
  private String model;

  private Backend computing;
  private TrainingBench bench;

  /// JMH sets the fields.
  @SuppressWarnings("NullAway.Init")
  public TrainingState() {}

  /// Makes the model; its first loss must be ln 2.
  @Setup(Level.Trial)
  public void open() {
    computing = Defaults.backend(backend);
    bench = new TrainingBench(ModelShape.named(model), computing);
    bench.requireLn2();
  }

  /// Frees.
  @TearDown(Level.Trial)
  public void close() {
    bench.close();
    computing.close();
  }

  double step() {
    return bench.step().total();
  }

  double flops() {
    return ModelShape.named(model).trainingFlops();
  }
}
