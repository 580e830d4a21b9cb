package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.runtime.common.TornadoXPUDevice;
import uk.ac.manchester.tornado.runtime.library.spi.LibraryContext;
import uk.ac.manchester.tornado.runtime.library.spi.LibraryInvocation;
import uk.ac.manchester.tornado.runtime.library.spi.TornadoLibraryProvider;
import uk.ac.manchester.tornado.runtime.library.spi.TornadoNativeStreamSupport;

/// A library that needs nothing of TornadoVM but the CUDA stream that its task is on.
abstract class StreamLibrary implements TornadoLibraryProvider {
  private record Stream(long address) implements LibraryContext {}

  @Override
  public boolean canHandle(TornadoXPUDevice device) {
    return device instanceof TornadoNativeStreamSupport;
  }

  @Override
  public LibraryContext createContext(TornadoXPUDevice device, long executionPlanId) {
    return new Stream(((TornadoNativeStreamSupport) device).getNativeStream(executionPlanId));
  }

  /// The CUstream of a task.
  static long stream(LibraryInvocation call) {
    return ((Stream) call.getContext()).address();
  }

  @Override
  public void destroyContext(LibraryContext context) {}
}
