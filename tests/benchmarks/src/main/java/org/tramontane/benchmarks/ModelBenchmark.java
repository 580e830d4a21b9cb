package org.tramontane.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/// Whole models: a forward pass over 512 tokens, one decoded token after them, and a training step.
///
/// Expect the forward pass and the step to come near `cblas_sgemm` as models grow, and a decoded token near the copy: it reads
/// every weight once.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(Defaults.FORKS)
@Warmup(iterations = Defaults.WARM_UP, time = 1)
@Measurement(iterations = Defaults.ITERATIONS, time = 1)
public class ModelBenchmark {

  /// 512 tokens, and the largest logit of the last.
  @Benchmark
  public int forward(ReadingState state, Work work) {
    work.set(state.readingFlops(), 0);
    return state.read();
  }

  /// One token after 512, and its largest logit: what greedy decoding does for a token.
  @Benchmark
  public int decodeToken(ReadingState state, Work work) {
    work.set(0, state.decodingBytes());
    return state.decode();
  }

  /// Forward, backward and AdamW of an F32 DPO step.
  @Benchmark
  public double trainingStep(TrainingState state, Work work) {
    work.set(state.flops(), 0);
    return state.step();
  }
}
