package org.tramontane.cli;

import org.tramontane.tensor.DType;

/// How a user may ask for frozen weights to be kept in memory.
public enum WeightDtype {
  /// [DType#F32].
  F32(DType.F32),
  /// [DType#BF16].
  BF16(DType.BF16),
  /// [DType#Q8_0].
  Q8_0(DType.Q8_0);

  private final DType dtype;

  WeightDtype(DType dtype) {
    this.dtype = dtype;
  }

  /// What a tensor calls it.
  public DType dtype() {
    return dtype;
  }
}
