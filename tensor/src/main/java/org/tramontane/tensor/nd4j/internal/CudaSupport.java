package org.tramontane.tensor.nd4j.internal;

import java.util.Optional;

/// Whether nd4j-cuda-11.6 1.0.0-M2.1 can run on the devices that are there.
///
/// Its library has machine code for compute capabilities 3.7 to 8.6 and none that a newer driver could compile (no
/// PTX). Machine code runs on later minor versions of its major one, so 8.9 (Ada) is in, 9.0 (Hopper) and later are
/// out.
public final class CudaSupport {
  private static final int LEAST_MAJOR = 3;
  private static final int LEAST_MINOR = 7;
  private static final int MOST_MAJOR = 8;

  private CudaSupport() {}

  /// Why it can't run, in one sentence; empty if it can.
  public static Optional<String> problem(CudaDriver.Answer answer) {
    if (answer.problem() != null) {
      return Optional.of("nd4j-cuda-11.6 needs an NVIDIA GPU, and " + answer.problem());
    }
    if (answer.devices().isEmpty()) {
      return Optional.of("nd4j-cuda-11.6 needs an NVIDIA GPU, and the driver shows none");
    }
    // ND4J spreads its threads over all devices that it sees.
    return answer.devices().stream()
        .filter(device -> !hasKernels(device))
        .findFirst()
        .map(
            device ->
                "nd4j-cuda-11.6 has no kernels for "
                    + device.name()
                    + " (compute capability "
                    + device.major()
                    + "."
                    + device.minor()
                    + "; it has them for 3.7 to 8.x): use --backend cpu, or hide the card with CUDA_VISIBLE_DEVICES");
  }

  private static boolean hasKernels(CudaDriver.Device device) {
    boolean oldEnough = device.major() <= MOST_MAJOR;
    boolean newEnough =
        device.major() > LEAST_MAJOR
            || (device.major() == LEAST_MAJOR && device.minor() >= LEAST_MINOR);
    return oldEnough && newEnough;
  }
}
