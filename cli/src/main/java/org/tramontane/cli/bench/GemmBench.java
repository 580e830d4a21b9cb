package org.tramontane.cli.bench;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
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
  /// The three products of a linear layer `y = x W^T` for `[tokens, in]` and `[out, in]`.
  private enum Product {
    FORWARD,
    INPUT_GRADIENT,
    WEIGHT_GRADIENT
  }

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
      Tensor x = operands.random(layer.tokens, layer.in);
      Tensor w = operands.random(layer.out, layer.in);
      Tensor y = operands.random(layer.tokens, layer.out);
      Tensor peakA = operands.random(512, 4096);
      Tensor peakB = operands.random(4096, 4096);
      Tensor peakC = operands.zeros(512, 4096);
      double[] seconds =
          timing.medians(
              List.of(
                  () -> ceilings.sgemm(peakA, peakB, peakC),
                  product(blas, product, x, w, y),
                  product(java, product, x, w, y)),
              CpuCeilings::settle);
      double peak = 2.0 * 512 * 4096 * 4096 / seconds[0] / 1e9;
      double flops = 2.0 * layer.tokens * layer.out * layer.in;
      String shape = product + " %dx%dx%d".formatted(layer.tokens, layer.out, layer.in);
      return List.of(
          Measurement.flops("matmul (OpenBLAS)", shape, seconds[1], flops, peak),
          Measurement.flops("matmul (Vector API)", shape, seconds[2], flops, peak));
    }
  }

  private static Runnable product(Backend backend, Product product, Tensor x, Tensor w, Tensor y) {
    return switch (product) {
      case FORWARD -> () -> backend.kernels().matmul(x, false, w, true, 1, 0, y);
      case INPUT_GRADIENT -> () -> backend.kernels().matmul(y, false, w, false, 1, 0, x);
      case WEIGHT_GRADIENT -> () -> backend.kernels().matmul(y, true, x, false, 1, 0, w);
    };
  }
}
