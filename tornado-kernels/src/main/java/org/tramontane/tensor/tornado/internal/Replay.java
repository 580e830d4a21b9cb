package org.tramontane.tensor.tornado.internal;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.tramontane.tensor.UserError;

/// Who launches what TornadoVM has compiled, on its CUDA backend: `-Dtramontane.tornado.replay=`.
enum Replay {
  /// CUDA's driver, and layers as CUDA graphs ([CudaQueue]).
  GRAPHS,
  /// CUDA's driver, kernel by kernel.
  LAUNCHES,
  /// TornadoVM, and layers as its CUDA graphs.
  TORNADO_GRAPHS,
  /// TornadoVM, task by task; and so on every other backend.
  TORNADO;

  private static final String OPTION = "tramontane.tornado.replay";

  boolean isByDriver() {
    return this == GRAPHS || this == LAUNCHES;
  }

  /// What the user writes.
  String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// What the user chose; [#GRAPHS] if nothing.
  ///
  /// @throws UserError if there is no such choice, or not on this backend
  static Replay chosen(boolean cuda) {
    String name = System.getProperty(OPTION);
    if (name == null) {
      return cuda ? GRAPHS : TORNADO;
    }
    for (Replay replay : values()) {
      if (replay.option().equals(name) && (cuda || replay == TORNADO)) {
        return replay;
      }
    }
    throw new UserError(
        "-D"
            + OPTION
            + "="
            + name
            + "; allowed: "
            + (cuda
                ? Arrays.stream(values()).map(Replay::option).collect(Collectors.joining(", "))
                : "tornado (others need TornadoVM's CUDA backend)"));
  }
}
