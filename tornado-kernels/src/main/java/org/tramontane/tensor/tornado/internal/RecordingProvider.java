package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.runtime.common.TornadoXPUDevice;
import uk.ac.manchester.tornado.runtime.library.spi.LibraryContext;
import uk.ac.manchester.tornado.runtime.library.spi.LibraryInvocation;
import uk.ac.manchester.tornado.runtime.library.spi.TornadoLibraryProvider;
import uk.ac.manchester.tornado.runtime.library.spi.TornadoNativeStreamSupport;

/// The library whose only function is that of [Recording].
public final class RecordingProvider implements TornadoLibraryProvider {
  /// For `java.util.ServiceLoader`.
  public RecordingProvider() {}

  private record Stream(long address) implements LibraryContext {}

  @Override
  public String libraryName() {
    return Recording.LIBRARY;
  }

  @Override
  public boolean canHandle(TornadoXPUDevice device) {
    return device instanceof TornadoNativeStreamSupport;
  }

  @Override
  public LibraryContext createContext(TornadoXPUDevice device, long executionPlanId) {
    return new Stream(((TornadoNativeStreamSupport) device).getNativeStream(executionPlanId));
  }

  @Override
  public void dispatch(String function, LibraryInvocation call) {
    ((Recording) call.getTuning())
        .take(((Stream) call.getContext()).address(), call.getDevicePointer(0));
  }

  @Override
  public void destroyContext(LibraryContext context) {}
}
