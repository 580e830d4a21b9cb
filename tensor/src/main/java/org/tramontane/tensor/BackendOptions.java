package org.tramontane.tensor;

/// What a user may ask of a backend.
///
/// @param threads host threads to compute with, 1 or more
/// @param blas which matrix product the CPU backend uses for large matrices
public record BackendOptions(int threads, Blas blas) {
  /// A choice of matrix product.
  public enum Blas {
    /// OpenBLAS where it loads, else the Vector API; the backend's description says which, and why.
    AUTO,
    /// OpenBLAS, or an error.
    OPENBLAS,
    /// The Vector API.
    JAVA
  }

  /// Checks the ranges.
  public BackendOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("threads = " + threads + "; allowed: 1 or more");
    }
  }

  /// So many threads and the automatic choice of BLAS.
  public static BackendOptions threads(int threads) {
    return new BackendOptions(threads, Blas.AUTO);
  }

  /// All processors and the automatic choice of BLAS.
  public static BackendOptions defaults() {
    return new BackendOptions(Runtime.getRuntime().availableProcessors(), Blas.AUTO);
  }
}
