package org.tramontane.tensor;

import java.util.Map;
import java.util.Optional;

/// Somebody who can run the [Kernels]: the CPU, or an accelerator.
///
/// A backend is made by its [BackendProvider] and owns threads or device memory until it is closed.
public interface Backend extends AutoCloseable {
  /// The name by which a user asks for it, such as `cpu`.
  String name();

  /// One line on what it runs on: device, vector width, threads, BLAS and why that one.
  String description();

  /// What it runs on, fact by fact, for reports and scripts: versions, devices, vector width, matrix library. Keys are
  /// lower case with underscores; `device` names the device.
  default Map<String, String> properties() {
    return Map.of();
  }

  /// What it has counted since it was opened, such as launches on a device; for benchmarks, which tell the difference per token. Keys are
  /// lower case with underscores.
  default Map<String, Long> counters() {
    return Map.of();
  }

  /// What it has for tensors, if it computes in a limited memory of its own; empty where that is the host's. Whoever loads
  /// a model compares what it will take with this before the first kernel is called.
  default Optional<DeviceMemory> memory() {
    return Optional.empty();
  }

  /// Measures what the device can do at best, for benchmarks; takes up to a few seconds, and memory of the device that tensors don't have.
  /// Empty where the device is the host, which has benchmarks of its own.
  default Optional<Ceilings> ceilings() {
    return Optional.empty();
  }

  /// The operations.
  Kernels kernels();

  /// Runs `body`, whose kernels a backend may hold back and execute as one piece: when `body` has returned, or before
  /// somebody reads what they write.
  ///
  /// What a piece takes to prepare, a backend may do once for all bodies that call the same kernels in the same order; they
  /// may be on other tensors, as the layers of a model are. `key` says which bodies do, and is compared by `equals`; a
  /// backend may find out by itself instead.
  void capture(Object key, Runnable body);

  /// Returns when all that was asked of the device has ended. A kernel may return before: whatever reads a result waits for it, so
  /// only who measures time has to call this. Where a kernel that has returned has ended, nothing is to be done.
  default void synchronize() {}

  @Override
  void close();
}
