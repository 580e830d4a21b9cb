package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.runtime.library.spi.LibraryInvocation;

/// The library whose only function is that of [Recording].
public final class RecordingProvider extends StreamLibrary {
  /// For `java.util.ServiceLoader`.
  public RecordingProvider() {}

  @Override
  public String libraryName() {
    return Recording.LIBRARY;
  }

  @Override
  public void dispatch(String function, LibraryInvocation call) {
    ((Recording) call.getTuning()).take(stream(call), call.getDevicePointer(0));
  }
}
