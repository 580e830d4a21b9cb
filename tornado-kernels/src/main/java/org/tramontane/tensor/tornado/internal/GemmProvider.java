package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.runtime.common.TornadoXPUDevice;
import uk.ac.manchester.tornado.runtime.library.spi.LibraryContext;
import uk.ac.manchester.tornado.runtime.library.spi.LibraryInvocation;
import uk.ac.manchester.tornado.runtime.library.spi.TornadoLibraryProvider;
import uk.ac.manchester.tornado.runtime.library.spi.TornadoNativeStreamSupport;

/// Calls [CuBlas] for the tasks of [Gemm] on TornadoVM's own stream.
///
/// Rows come first here and columns in cuBLAS, so it is asked for the transposed product: op(b) and op(a) change places.
public final class GemmProvider implements TornadoLibraryProvider {
  /// Asked once: products of floats are many.
  private final int computeFloats =
      Gemm.Precision.chosen() == Gemm.Precision.F32 ? CuBlas.COMPUTE_F32 : CuBlas.COMPUTE_TF32;

  /// For `java.util.ServiceLoader`.
  public GemmProvider() {}

  private record Stream(long address) implements LibraryContext {}

  @Override
  public String libraryName() {
    return Gemm.LIBRARY;
  }

  @Override
  public boolean canHandle(TornadoXPUDevice device) {
    return device instanceof TornadoNativeStreamSupport;
  }

  @Override
  public LibraryContext createContext(TornadoXPUDevice device, long executionPlanId) {
    CuBlas.shared();
    return new Stream(((TornadoNativeStreamSupport) device).getNativeStream(executionPlanId));
  }

  @Override
  public void dispatch(String function, LibraryInvocation call) {
    Kernel.Numbers numbers = (Kernel.Numbers) call.getTuning();
    IntArray ints = numbers.ints();
    int at = numbers.at();
    boolean floats = call.getNumArgs() == 1;
    long memory = call.getDevicePointer(floats ? 0 : 2);
    int pieces = floats ? 1 : ints.get(at + 10);
    for (int piece = 0; piece < pieces; piece++) {
      long a =
          floats
              ? memory + 4L * ints.get(at + 3)
              : call.getDevicePointer(0) + 2L * (ints.get(at + 3) + piece * ints.get(at + 11));
      long b =
          floats
              ? memory + 4L * ints.get(at + 6)
              : call.getDevicePointer(1) + 2L * ints.get(at + 6);
      int n = ints.get(at + 1);
      CuBlas.shared()
          .gemm(
              ((Stream) call.getContext()).address(),
              ints.get(at + 8) == 1,
              ints.get(at + 5) == 1,
              n,
              ints.get(at),
              ints.get(at + 2),
              numbers.reals().get(numbers.realAt()),
              b,
              ints.get(at + 7),
              a,
              ints.get(at + 4),
              piece == 0 ? numbers.reals().get(numbers.realAt() + 1) : 1,
              memory + 4L * ints.get(at + 9),
              n,
              floats ? CuBlas.F32 : CuBlas.BF16,
              floats ? computeFloats : CuBlas.COMPUTE_F32);
    }
  }

  @Override
  public void destroyContext(LibraryContext context) {}
}
