package org.tramontane.tensor.cpu.internal;

/// [Gemm] by OpenBLAS.
///
/// @param library the loaded library
public record OpenBlasGemm(OpenBlas library) implements Gemm {
  @Override
  public void multiply(int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c) {
    library.sgemm(m, n, k, alpha, a, b, beta, c);
  }

  @Override
  public String description() {
    return library.description();
  }
}
