package org.tramontane.cli.bench;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.tramontane.cli.bench.KernelCases.Product;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendOptions.Blas;
import org.tramontane.tensor.Backends;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.cpu.CpuCeilings;

/// Matrix products through the kernel API against a direct call of `cblas_sgemm` of the same shape, and against its peak
/// at 512 x 4096 x 4096.
final class GemmBench {
  private record Layer(int tokens, int out, int in) {}

  private static final List<Layer> LAYERS =
      List.of(
          new Layer(512, 4096, 4096),
          new Layer(2048, 512, 512),
          new Layer(2048, 256, 512),
          new Layer(2048, 1408, 512),
          new Layer(2048, 512, 1408),
          new Layer(1024, 1024, 1024),
          new Layer(1024, 2816, 1024),
          new Layer(1024, 1024, 2816),
          new Layer(512, 2816, 1024));

  private GemmBench() {}

  /// Runs all shapes; needs OpenBLAS.
  static List<Measurement> run(int threads, Timing timing) {
    List<Measurement> table = new ArrayList<>();
    try (CpuCeilings ceilings = new CpuCeilings(threads)) {
      ceilings
          .sgemmUnavailableBecause()
          .ifPresent(
              reason -> {
                throw new UserError("no OpenBLAS to compare with: " + reason);
              });
      try (Backend blas = Backends.create("cpu", new BackendOptions(threads, Blas.OPENBLAS));
          Backend java = Backends.create("cpu", new BackendOptions(threads, Blas.JAVA))) {
        for (Layer layer : timing.isQuick() ? LAYERS.subList(1, 2) : LAYERS) {
          for (Product product : Product.values()) {
            table.addAll(measure(ceilings, blas, java, layer, product, timing));
          }
        }
      }
    }
    return table;
  }

  private static List<Measurement> measure(
      CpuCeilings ceilings,
      Backend blas,
      Backend java,
      Layer layer,
      Product product,
      Timing timing) {
    try (Arena arena = Arena.ofShared()) {
      Operands operands = new Operands(arena);
      KernelCase linear = new KernelCases(arena).linear(product, layer.tokens, layer.out, layer.in);
      Tensor peakA = operands.random(512, 4096);
      Tensor peakB = operands.random(4096, 4096);
      Tensor peakC = operands.zeros(512, 4096);
      double[] seconds =
          timing.medians(
              List.of(
                  () -> ceilings.sgemm(peakA, peakB, peakC),
                  () -> linear.run(blas.kernels()),
                  () -> linear.run(java.kernels())),
              CpuCeilings::settle);
      double peak = 2.0 * 512 * 4096 * 4096 / seconds[0] / 1e9;
      return List.of(
          Measurement.flops("matmul (OpenBLAS)", linear.shape(), seconds[1], linear.flops(), peak),
          Measurement.flops(
              "matmul (Vector API)", linear.shape(), seconds[2], linear.flops(), peak));
    }
  }
}
