package org.tramontane.tensor;

import java.util.Map;

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

  /// The operations.
  Kernels kernels();

  /// Runs `body`, whose kernels a backend may record under `key` at the first call and replay at later ones.
  ///
  /// `body` must call the same kernels on the same tensors each time it runs under a key; only the tensors' contents may
  /// change. `key` is compared by `equals` and names everything else that the calls depend on, shapes included.
  void capture(Object key, Runnable body);

  @Override
  void close();
}
