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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.cpu.CpuCeilings;

/// What this machine can do at most: everything else is a share of it. Expect the copy to reach what STREAM reports, and
/// the product 60 to 90 % of the cores' peak.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(Defaults.FORKS)
@Warmup(iterations = Defaults.WARM_UP, time = 1)
@Measurement(iterations = Defaults.ITERATIONS, time = 1)
@State(Scope.Benchmark)
public class CeilingBenchmark {
  private static final int M = 512;
  private static final int N = 4096;

  private Arena arena;
  private CpuCeilings ceilings;
  private Tensor source;
  private Tensor target;
  private Tensor product;

  /// JMH sets the fields.
  @SuppressWarnings("NullAway.Init")
  public CeilingBenchmark() {}

  /// Allocates, and checks both results.
  @SuppressWarnings("MustBeClosedChecker") // close() does
  @Setup(Level.Trial)
  public void open() {
    arena = Arena.ofShared();
    ceilings = new CpuCeilings(Defaults.threads());
    source = Tensor.allocate(arena, N, N).fill(0.5f);
    target = Tensor.allocate(arena, N, N);
    product = Tensor.allocate(arena, M, N);
    ceilings.copy(source, target);
    if (source.data().mismatch(target.data()) != -1) {
      throw new IllegalStateException("the copy differs from its source");
    }
    if (ceilings.sgemmUnavailableBecause().isEmpty()) {
      ceilings.sgemm(source.rows(0, M), source, product);
      if (product.get(M * (long) N - 1) != N / 4f) {
        throw new IllegalStateException("sgemm gives " + product.get(M * (long) N - 1));
      }
    }
  }

  /// Frees.
  @TearDown(Level.Trial)
  public void close() {
    ceilings.close();
    arena.close();
  }

  /// 64 MiB from here to there, counted as STREAM counts: bytes read and bytes written.
  @Benchmark
  public void copy(Work work) {
    work.set(0, 8.0 * N * N);
    ceilings.copy(source, target);
  }

  /// 512 x 4096 x 4096 on OpenBLAS's own threads.
  @Benchmark
  public void sgemm(Work work) {
    work.set(2.0 * M * N * N, 0);
    ceilings.sgemm(source.rows(0, M), source, product);
  }
}
