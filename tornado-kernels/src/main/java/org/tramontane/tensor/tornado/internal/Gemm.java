package org.tramontane.tensor.tornado.internal;

import java.util.Locale;
import org.tramontane.tensor.UserError;
import uk.ac.manchester.tornado.api.common.Access;
import uk.ac.manchester.tornado.api.common.LibraryTaskDescriptor;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/// A matrix product by [CuBlas] as a task of a graph, and how weights in BF16 meet activations in F32 there.
///
/// Tensor cores multiply BF16 with BF16, so an activation is written as a sum of BF16 numbers: the nearest, then the nearest to what is
/// left, and so on ([Pieces]). One has 8 bits, two have 16, three have all 24 of F32; each costs a product. The option
/// `-Dtramontane.tornado.gemm=` says how many: `f32` (three, the default: results as on other backends), `bf16x2`, `bf16`
/// (one: as PyTorch computes a model in BF16), or `kernels` (no cuBLAS). With `bf16` and `bf16x2`, products of F32 with F32 use TF32.
///
/// Integers: m, n, k; offset, row length and transposition (0 or 1) of a; the same of b; offset of c; pieces of a in BF16 and the
/// distance from one to the next, both in words, or 0 pieces for F32. Reals: alpha, beta.
///
/// The numbers are read from the host's arrays when the task is launched: so such a task must not be in a CUDA graph, which would
/// launch it again with the first numbers.
final class Gemm {
  /// System property: how products are computed on NVIDIA's cards.
  static final String OPTION = "tramontane.tornado.gemm";

  /// The name under which TornadoVM finds [GemmProvider].
  static final String LIBRARY = "tramontane/cublas";

  private Gemm() {}

  /// How many BF16 numbers an activation becomes.
  enum Precision {
    /// Three: all bits of F32.
    F32(3),
    /// Two: 16 bits.
    BF16X2(2),
    /// One: 8 bits.
    BF16(1),
    /// No cuBLAS: kernels in Java.
    KERNELS(0);

    private final int pieces;

    Precision(int pieces) {
      this.pieces = pieces;
    }

    int pieces() {
      return pieces;
    }

    /// What the user chose.
    ///
    /// @throws UserError if there is no such choice
    static Precision chosen() {
      String name = System.getProperty(OPTION, "f32");
      for (Precision precision : values()) {
        if (precision.option().equals(name)) {
          return precision;
        }
      }
      throw new UserError("-D" + OPTION + "=" + name + "; allowed: f32, bf16x2, bf16, kernels");
    }

    String option() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// F32 with F32.
  static LibraryTaskDescriptor floats(Kernel.Numbers numbers, FloatArray memory) {
    return new LibraryTaskDescriptor()
        .withLibrary(LIBRARY)
        .withFunction("floats")
        .withParameters(new Object[] {memory})
        .withAccess(new Access[] {Access.READ_WRITE})
        .withTuning(numbers);
  }

  /// Pieces in BF16 with a weight in BF16.
  static LibraryTaskDescriptor pieces(
      Kernel.Numbers numbers, ShortArray pieces, IntArray weight, FloatArray memory) {
    return new LibraryTaskDescriptor()
        .withLibrary(LIBRARY)
        .withFunction("pieces")
        .withParameters(new Object[] {pieces, weight, memory})
        .withAccess(new Access[] {Access.READ_ONLY, Access.READ_ONLY, Access.READ_WRITE})
        .withTuning(numbers);
  }
}
