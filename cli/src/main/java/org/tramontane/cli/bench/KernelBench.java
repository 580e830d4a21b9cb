package org.tramontane.cli.bench;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendOptions.Blas;
import org.tramontane.tensor.Backends;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.cpu.CpuCeilings;

/// Kernels that are bound by memory, against a copy on as many threads.
///
/// What counts as work stands at [KernelCase]; the read of the line that a processor may add to a store counts as nothing.
final class KernelBench {
  /// Operands of 64 MiB: twice a large outer cache.
  private static final int ROWS = 4096;

  private static final int COLUMNS = 4096;

  private KernelBench() {}

  /// Runs all cases.
  static List<Measurement> run(int threads, Timing timing) {
    try (Backend backend = Backends.create("cpu", new BackendOptions(threads, Blas.AUTO));
        CpuCeilings ceilings = new CpuCeilings(threads);
        Arena arena = Arena.ofShared()) {
      Operands operands = new Operands(arena);
      Tensor source = operands.random(ROWS, COLUMNS);
      Tensor target = operands.random(ROWS, COLUMNS);
      double copied = 8.0 * ROWS * COLUMNS;
      List<KernelCase> cases = cases(new KernelCases(arena));
      List<Runnable> bodies = new ArrayList<>();
      bodies.add(() -> ceilings.copy(source, target));
      cases.forEach(c -> bodies.add(() -> c.run(backend.kernels())));
      double[] seconds = timing.medians(bodies);
      double ceiling = copied / seconds[0] / 1e9;
      List<Measurement> table = new ArrayList<>();
      table.add(Measurement.bytes("copy", "64 MiB", seconds[0], copied, ceiling));
      for (int i = 0; i < cases.size(); i++) {
        KernelCase c = cases.get(i);
        table.add(Measurement.bytes(c.name(), c.shape(), seconds[i + 1], c.bytes(), ceiling));
      }
      return table;
    }
  }

  private static List<KernelCase> cases(KernelCases cases) {
    return List.of(
        cases.add(ROWS, COLUMNS),
        cases.rmsNorm(ROWS, COLUMNS),
        cases.addRmsNorm(ROWS, COLUMNS),
        cases.rmsNormBackward(ROWS, COLUMNS),
        cases.swiGlu(ROWS, COLUMNS),
        cases.swiGluBackward(ROWS, COLUMNS),
        cases.rope(ROWS, 32, 128),
        cases.adamW(ROWS, COLUMNS),
        cases.sumOfSquares(ROWS, COLUMNS),
        cases.row(DType.F32, 4 * COLUMNS, COLUMNS),
        cases.row(DType.BF16, 4 * COLUMNS, COLUMNS),
        cases.row(DType.F16, 4 * COLUMNS, COLUMNS),
        cases.decodeAttention(16384, 32, 8, 128));
  }
}
