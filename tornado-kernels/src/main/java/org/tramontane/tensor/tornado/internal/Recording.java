package org.tramontane.tensor.tornado.internal;

import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.common.Access;
import uk.ac.manchester.tornado.api.common.LibraryTaskDescriptor;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// Learns how TornadoVM launches a kernel, so that it can be launched again without TornadoVM.
///
/// TornadoVM executes a graph for the first time with its stream capturing. A task of a library is called in the middle of that, and may
/// look at what has been captured so far: so such a task is put behind the kernel ([RecordingProvider] is its library).
final class Recording {
  /// The name under which TornadoVM finds [RecordingProvider].
  static final String LIBRARY = "tramontane/recording";

  private final CudaDriver driver;
  private CudaDriver.@Nullable CapturedKernel kernel;
  private @Nullable RuntimeException failure;
  private long ints;

  Recording(CudaDriver driver) {
    this.driver = driver;
  }

  /// The task that looks.
  ///
  /// @param ints an array of the kernel's, whose address is learnt too
  LibraryTaskDescriptor task(IntArray ints) {
    return new LibraryTaskDescriptor()
        .withLibrary(LIBRARY)
        .withFunction("record")
        .withParameters(new Object[] {ints})
        .withAccess(new Access[] {Access.READ_ONLY})
        .withTuning(this);
  }

  /// Looks at what `stream` has captured.
  ///
  /// @param ints the address of the first integer
  void take(long stream, long ints) {
    try {
      kernel = driver.captured(stream);
    } catch (RuntimeException e) {
      failure = e; // thrown from here, it would leave TornadoVM's stream capturing for ever
    }
    this.ints = ints;
  }

  /// What was launched.
  ///
  /// @throws IllegalStateException if TornadoVM has not called [#take]
  CudaDriver.CapturedKernel kernel() {
    if (failure != null) {
      throw failure;
    }
    CudaDriver.CapturedKernel taken = kernel;
    if (taken == null) {
      throw new IllegalStateException("TornadoVM has launched nothing");
    }
    return taken;
  }

  /// The address of the kernel's first integer, as the task was told.
  long ints() {
    return ints;
  }
}
