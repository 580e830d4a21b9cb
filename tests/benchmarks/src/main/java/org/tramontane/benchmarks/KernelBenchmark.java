package org.tramontane.benchmarks;

import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.tramontane.cli.bench.KernelCase;
import org.tramontane.cli.bench.KernelCases;
import org.tramontane.cli.bench.LayerKernel;
import org.tramontane.cli.bench.LayerShape;
import org.tramontane.tensor.Backend;
import org.tramontane.tests.reference.ReferenceKernels;

/// Every kernel on every backend at the shapes of a 7B layer and of a tiny one; the result is compared with the F64 reference
/// before anything is timed.
///
/// Expect the products of the 7B layer near `cblas_sgemm` on both backends, the rest on `cpu` near the copy, and on `nd4j`
/// behind it, as each of its operations is a pass over memory; and at the tiny shape a few microseconds per operation
/// whatever it computes.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(Defaults.FORKS)
@Warmup(iterations = Defaults.WARM_UP, time = 1)
@Measurement(iterations = Defaults.ITERATIONS, time = 1)
@State(Scope.Benchmark)
public class KernelBenchmark {
  @Param private LayerKernel kernel;

  @Param({"cpu", "nd4j"})
  private String backend;

  @Param({"tiny", "7b"})
  private String layer;

  private Arena arena;
  private Backend computing;
  private KernelCase kernelCase;

  /// JMH sets the fields.
  @SuppressWarnings("NullAway.Init")
  public KernelBenchmark() {}

  /// Makes the operands, and checks the result.
  @SuppressWarnings("MustBeClosedChecker") // close() does
  @Setup(Level.Trial)
  public void open() {
    arena = Arena.ofShared();
    computing = Defaults.backend(backend);
    kernelCase = kernel.at(LayerShape.named(layer), new KernelCases(arena));
    kernelCase.check(computing.kernels(), new ReferenceKernels());
  }

  /// Frees.
  @TearDown(Level.Trial)
  public void close() {
    computing.close();
    arena.close();
  }

  /// One call, until the device is done with it.
  @Benchmark
  public void kernel(Work work) {
    work.set(kernelCase.flops(), kernelCase.bytes());
    kernelCase.run(computing.kernels());
    computing.synchronize();
  }
}
