package org.tramontane.cli.bench;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.tramontane.tensor.AdamWStep;
import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendOptions.Blas;
import org.tramontane.tensor.Backends;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.RopeTable;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.cpu.CpuCeilings;

/// Kernels that are bound by memory, against a copy on as many threads.
///
/// Work is what a kernel must read and write at least once, counted as STREAM counts: a store is its bytes, without the
/// read of the line that the processor may add.
final class KernelBench {
  /// Floats of one operand: 64 MiB, twice a large outer cache.
  private static final long FLOATS = 1 << 24;

  private static final int COLUMNS = 4096;
  private static final int ROWS = (int) (FLOATS / COLUMNS);

  private KernelBench() {}

  private record Case(String name, String shape, double bytes, Runnable body) {}

  /// Runs all cases.
  static List<Measurement> run(int threads, Timing timing) {
    try (Backend backend = Backends.create("cpu", new BackendOptions(threads, Blas.AUTO));
        CpuCeilings ceilings = new CpuCeilings(threads);
        Arena arena = Arena.ofShared()) {
      Operands operands = new Operands(arena);
      Tensor x = operands.random(ROWS, COLUMNS);
      Tensor y = operands.random(ROWS, COLUMNS);
      Tensor z = operands.random(ROWS, COLUMNS);
      List<Case> cases = new ArrayList<>();
      double bytes = 4.0 * FLOATS;
      cases.add(new Case("copy", "64 MiB", 2 * bytes, () -> ceilings.copy(x, y)));
      addElementwise(cases, backend.kernels(), operands, x, y, z);
      addDecoding(cases, backend.kernels(), operands);
      double[] seconds = timing.medians(cases.stream().map(Case::body).toList());
      double ceiling = cases.getFirst().bytes / seconds[0] / 1e9;
      return IntStream.range(0, cases.size())
          .mapToObj(
              i -> {
                Case c = cases.get(i);
                return Measurement.bytes(c.name, c.shape, seconds[i], c.bytes, ceiling);
              })
          .toList();
    }
  }

  private static void addElementwise(
      List<Case> cases, Kernels kernels, Operands operands, Tensor x, Tensor y, Tensor z) {
    double bytes = 4.0 * FLOATS;
    String shape = "%dx%d".formatted(ROWS, COLUMNS);
    Tensor weight = operands.random(COLUMNS);
    Tensor r = operands.zeros(ROWS);
    Tensor v = operands.random(ROWS, COLUMNS).fill(1);
    cases.add(new Case("add", shape, 3 * bytes, () -> kernels.add(x, y)));
    cases.add(new Case("rmsNorm", shape, 2 * bytes, () -> kernels.rmsNorm(x, weight, 1e-5f, y, r)));
    cases.add(
        new Case(
            "addRmsNorm",
            shape,
            4 * bytes,
            () -> kernels.addRmsNorm(x, y, weight, 1e-5f, z, v, r)));
    cases.add(
        new Case(
            "rmsNormBackward",
            shape,
            4 * bytes,
            () -> kernels.rmsNormBackward(y, x, weight, r, z, null)));
    cases.add(new Case("swiGlu", shape, 3 * bytes, () -> kernels.swiGlu(x, y, z)));
    cases.add(
        new Case("swiGluBackward", shape, 5 * bytes, () -> kernels.swiGluBackward(v, x, y, z, v)));
    RopeTable table = RopeTable.create(operands.arena(), ROWS, 128, 10000);
    int[] positions = IntStream.range(0, ROWS).toArray();
    cases.add(new Case("rope", shape, 2 * bytes, () -> kernels.rope(x, positions, table, false)));
    AdamWStep step = new AdamWStep(10, 1e-6, 0.9, 0.999, 1e-8, 0.1);
    Tensor p = operands.random(ROWS, COLUMNS);
    Tensor moment = operands.zeros(ROWS, COLUMNS);
    Tensor square = operands.zeros(ROWS, COLUMNS);
    cases.add(
        new Case("adamW", shape, 7 * bytes, () -> kernels.adamW(p, x, moment, square, step, 1)));
    cases.add(new Case("sumOfSquares", shape, bytes, () -> kernels.sumOfSquares(x)));
  }

  private static void addDecoding(List<Case> cases, Kernels kernels, Operands operands) {
    Tensor x = operands.random(1, COLUMNS);
    for (DType dtype : DType.ofElements()) {
      Tensor w = operands.random(dtype, 4L * COLUMNS, COLUMNS);
      Tensor y = operands.zeros(1, 4L * COLUMNS);
      cases.add(
          new Case(
              "matmul, one row, " + dtype,
              "1x%dx%d".formatted(4 * COLUMNS, COLUMNS),
              (double) w.byteSize(),
              () -> kernels.matmul(x, false, w, true, 1, 0, y)));
    }
    AttentionShape shape = new AttentionShape(32, 8, 128, AttentionShape.NO_WINDOW);
    int context = 16384;
    Tensor keys = operands.random(1, context, 8 * 128);
    Tensor values = operands.random(1, context, 8 * 128);
    Tensor q = operands.random(1, 32 * 128);
    Tensor out = operands.zeros(1, 32 * 128);
    int[] slot = {0};
    int[] position = {context - 1};
    cases.add(
        new Case(
            "decodeAttention",
            "32 heads, 8 kv, D 128, %d keys".formatted(context),
            2.0 * keys.byteSize(),
            () -> kernels.decodeAttention(q, keys, values, slot, position, shape, out)));
  }
}
