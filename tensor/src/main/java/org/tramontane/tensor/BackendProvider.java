package org.tramontane.tensor;

import java.util.Optional;

/// Makes one kind of [Backend]; found by `java.util.ServiceLoader`.
public interface BackendProvider {
  /// The name by which a user asks for it, such as `cpu`.
  String name();

  /// Where the automatic choice looks first: the available provider with the highest priority wins.
  int priority();

  /// Why the backend can't run on this machine, in one sentence; empty if it can.
  Optional<String> unavailableBecause();

  /// A new backend.
  ///
  /// @throws IllegalStateException if it is not available, with the reason
  Backend create(BackendOptions options);
}
