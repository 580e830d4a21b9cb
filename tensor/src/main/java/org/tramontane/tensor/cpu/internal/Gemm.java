package org.tramontane.tensor.cpu.internal;

/// Single-threaded F32 matrix product; [MatMul] splits large ones over the threads.
public sealed interface Gemm permits OpenBlasGemm, VectorGemm {
  /// `c = alpha * a b + beta * c` for `a` `[m, k]`, `b` `[k, n]` and `c` `[m, n]`, which is not transposed.
  ///
  /// With `beta` 0, `c` is overwritten whatever it holds. May be called by several threads at a time.
  void multiply(int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c);

  /// One phrase for the backend's description.
  String description();
}
