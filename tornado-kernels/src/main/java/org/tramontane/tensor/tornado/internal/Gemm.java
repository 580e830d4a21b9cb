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

  /// How many integers there are.
  static final int INTS = 12;

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

    /// What the user chose, asked once: products are many.
    private static final Precision CHOSEN = chosen();

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

  /// Puts a product on a stream.
  ///
  /// Rows come first here and columns in cuBLAS, so it is asked for the transposed product: op(b) and op(a) change places.
  ///
  /// @param pieces where the first piece of BF16 is on the device; 0 for F32 with F32
  /// @param weight where the first word is
  /// @param memory where the first float is
  static void run(long stream, int[] ints, float[] reals, long pieces, long weight, long memory) {
    boolean floats = pieces == 0;
    int computeType =
        !floats || Precision.CHOSEN == Precision.F32 ? CuBlas.COMPUTE_F32 : CuBlas.COMPUTE_TF32;
    int times = floats ? 1 : ints[10];
    for (int piece = 0; piece < times; piece++) {
      long a = floats ? memory + 4L * ints[3] : pieces + 2L * (ints[3] + piece * ints[11]);
      long b = floats ? memory + 4L * ints[6] : weight + 2L * ints[6];
      CuBlas.shared()
          .gemm(
              stream,
              ints[8] == 1,
              ints[5] == 1,
              ints[1],
              ints[0],
              ints[2],
              reals[0],
              b,
              ints[7],
              a,
              ints[4],
              piece == 0 ? reals[1] : 1,
              memory + 4L * ints[9],
              ints[1],
              floats ? CuBlas.F32 : CuBlas.BF16,
              computeType);
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
