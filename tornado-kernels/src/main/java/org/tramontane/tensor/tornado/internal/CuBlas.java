package org.tramontane.tensor.tornado.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// NVIDIA's cuBLAS, called with addresses on the device. Its matrices are column-major.
///
/// The library is the user's own, found where the system's loader finds `libcublas.so.13` or `.so.12`, or where
/// `-Dtramontane.cublas=FILE` says. Names and constants: the cuBLAS library's manual, `cublasGemmEx`.
final class CuBlas {
  /// Type of a matrix's elements, `cudaDataType`.
  static final int F32 = 0;

  /// Type of a matrix's elements, `cudaDataType`.
  static final int BF16 = 14;

  /// Sums of products in F32, `cublasComputeType_t`.
  static final int COMPUTE_F32 = 68;

  /// Factors rounded to 10 bits of fraction, sums in F32, `cublasComputeType_t`.
  static final int COMPUTE_TF32 = 77;

  private static final int DEFAULT_ALGORITHM = -1;
  private static final String OPTION = "tramontane.cublas";
  private static final List<String> NAMES = List.of("libcublas.so.13", "libcublas.so.12");

  private static @Nullable CuBlas shared;

  private final MethodHandle setStream;
  private final MethodHandle gemmEx;
  private final MemorySegment handle;
  private final MemorySegment factors =
      Arena.global().allocate(2 * ValueLayout.JAVA_FLOAT.byteSize());
  private final int version;

  private CuBlas(NativeFunctions library) throws Throwable {
    MethodHandle create = library.function("cublasCreate_v2", ValueLayout.ADDRESS);
    MethodHandle getVersion =
        library.function("cublasGetVersion_v2", ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    setStream = library.function("cublasSetStream_v2", ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    gemmEx =
        library.function(
            "cublasGemmEx",
            ValueLayout.ADDRESS, // handle
            ValueLayout.JAVA_INT, // transa
            ValueLayout.JAVA_INT, // transb
            ValueLayout.JAVA_INT, // m
            ValueLayout.JAVA_INT, // n
            ValueLayout.JAVA_INT, // k
            ValueLayout.ADDRESS, // alpha
            ValueLayout.JAVA_LONG, // A
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT, // lda
            ValueLayout.JAVA_LONG, // B
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT, // ldb
            ValueLayout.ADDRESS, // beta
            ValueLayout.JAVA_LONG, // C
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT, // ldc
            ValueLayout.JAVA_INT, // compute type
            ValueLayout.JAVA_INT); // algorithm
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      check("cublasCreate", (int) create.invokeExact(out));
      handle = out.get(ValueLayout.ADDRESS, 0);
      MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
      check("cublasGetVersion", (int) getVersion.invokeExact(handle, number));
      version = number.get(ValueLayout.JAVA_INT, 0);
    }
  }

  /// The library with a handle of its own in the current CUDA context.
  ///
  /// @throws IllegalStateException if it is not there or does not work; the message says why
  static synchronized CuBlas shared() {
    CuBlas current = shared;
    if (current == null) {
      current = open();
      shared = current;
    }
    return current;
  }

  private static CuBlas open() {
    String file = System.getProperty(OPTION);
    for (String name : file == null ? NAMES : List.of(file)) {
      NativeFunctions library;
      try {
        library = NativeFunctions.open(name);
      } catch (IllegalArgumentException e) {
        continue; // not there
      }
      try {
        return new CuBlas(library);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("cuBLAS: " + e.getMessage(), e);
      }
    }
    throw new IllegalStateException(
        "no "
            + (file == null ? String.join(" or ", NAMES) : file)
            + ": install CUDA's libraries, set -D"
            + OPTION
            + "=FILE, or choose the kernels in Java with -D"
            + Gemm.OPTION
            + "=kernels");
  }

  /// Such as 13.1.0.
  String version() {
    return version / 10_000 + "." + version / 100 % 100 + "." + version % 100;
  }

  /// `C = alpha op(A) op(B) + beta C`, all column-major; returns before it is done.
  ///
  /// @param stream the CUDA stream that it is put on
  /// @param typeOfFactors of A and B; C is in F32
  synchronized void gemm(
      long stream,
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float alpha,
      long a,
      int lda,
      long b,
      int ldb,
      float beta,
      long c,
      int ldc,
      int typeOfFactors,
      int computeType) {
    factors.setAtIndex(ValueLayout.JAVA_FLOAT, 0, alpha);
    factors.setAtIndex(ValueLayout.JAVA_FLOAT, 1, beta);
    try {
      check("cublasSetStream", (int) setStream.invokeExact(handle, stream));
      check(
          "cublasGemmEx",
          (int)
              gemmEx.invokeExact(
                  handle,
                  transposeA ? 1 : 0,
                  transposeB ? 1 : 0,
                  m,
                  n,
                  k,
                  factors,
                  a,
                  typeOfFactors,
                  lda,
                  b,
                  typeOfFactors,
                  ldb,
                  factors.asSlice(ValueLayout.JAVA_FLOAT.byteSize()),
                  c,
                  F32,
                  ldc,
                  computeType,
                  DEFAULT_ALGORITHM));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("cuBLAS: " + e.getMessage(), e);
    }
  }

  private static void check(String function, int status) {
    if (status != 0) {
      throw new IllegalStateException(function + " failed with cublasStatus_t " + status);
    }
  }
}
