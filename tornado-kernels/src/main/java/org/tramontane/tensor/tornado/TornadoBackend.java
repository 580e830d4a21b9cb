package org.tramontane.tensor.tornado;

import java.util.Map;
import java.util.Optional;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.Ceilings;
import org.tramontane.tensor.DeviceMemory;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.internal.CheckedKernels;
import org.tramontane.tensor.tornado.internal.Device;
import org.tramontane.tensor.tornado.internal.DeviceKernels;

/// [Backend] on TornadoVM's default device.
///
/// The device, what is on it and what has been compiled for it stay for the life of the process. A tensor's place there becomes
/// free when its host memory is closed or the tensor unreachable.
public final class TornadoBackend implements Backend {
  private final Device device = Device.shared();
  private final Kernels kernels = new CheckedKernels(new DeviceKernels(device));

  /// A backend on the device that all others of this process share.
  ///
  /// @throws IllegalStateException if it can't run here; the message says why
  public TornadoBackend() {}

  @Override
  public String name() {
    return TornadoBackendProvider.NAME;
  }

  @Override
  public String description() {
    return device.description();
  }

  @Override
  public Map<String, String> properties() {
    return device.properties();
  }

  @Override
  public Optional<DeviceMemory> memory() {
    return Optional.of(device.memory());
  }

  @Override
  public Optional<Ceilings> ceilings() {
    return Optional.of(device.ceilings());
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  /// Holds the kernels of `body` back, and executes them as one TaskGraph when it has returned. The graph is built when the
  /// same kernels come in the same order for the second time, and used again whenever they do.
  @Override
  public void capture(Object key, Runnable body) {
    device.capture(body);
  }

  @Override
  public void synchronize() {
    device.synchronize();
  }

  @Override
  public Map<String, Long> counters() {
    Counts counts = counts();
    return Map.of(
        "launches", counts.launches(),
        "executions", counts.executions(),
        "bytes_sent", counts.sent());
  }

  /// How many kernels all backends of this process have launched, and with how many executions of graphs.
  public Counts counts() {
    long[] counts = device.counts();
    return new Counts(counts[0], counts[1], counts[2]);
  }

  /// Floats of the device's memory that no tensor has.
  long freeFloats() {
    return device.freeFloats();
  }

  /// What was launched so far.
  ///
  /// @param launches of kernels, transfers included
  /// @param executions of graphs
  /// @param sent bytes of tensors that went to the device
  public record Counts(long launches, long executions, long sent) {}

  @Override
  public void close() {}
}
