package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.runtime.common.TornadoXPUDevice;
import uk.ac.manchester.tornado.runtime.library.spi.LibraryContext;
import uk.ac.manchester.tornado.runtime.library.spi.LibraryInvocation;

/// Calls [CuBlas] for the tasks of [Gemm] on TornadoVM's own stream.
public final class GemmProvider extends StreamLibrary {
  /// For `java.util.ServiceLoader`.
  public GemmProvider() {}

  @Override
  public String libraryName() {
    return Gemm.LIBRARY;
  }

  @Override
  public LibraryContext createContext(TornadoXPUDevice device, long executionPlanId) {
    CuBlas.shared();
    return super.createContext(device, executionPlanId);
  }

  @Override
  public void dispatch(String function, LibraryInvocation call) {
    Kernel.Numbers numbers = (Kernel.Numbers) call.getTuning();
    int[] ints = new int[Gemm.INTS];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = numbers.ints().get(numbers.at() + i);
    }
    float[] reals = {
      numbers.reals().get(numbers.realAt()), numbers.reals().get(numbers.realAt() + 1)
    };
    boolean floats = call.getNumArgs() == 1;
    Gemm.run(
        stream(call),
        ints,
        reals,
        floats ? 0 : call.getDevicePointer(0),
        floats ? 0 : call.getDevicePointer(1),
        call.getDevicePointer(floats ? 0 : 2));
  }
}
