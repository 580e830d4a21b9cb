package org.tramontane.tensor.cpu.internal;

import org.tramontane.tensor.Tensor;

/// An F32 matrix in memory as an operand of [Gemm]: rows `stride` floats apart, read as it lies or transposed.
///
/// @param address of the first element
/// @param stride floats from one stored row to the next
/// @param transposed whether the operand is the transpose of what is stored
public record Matrix(long address, long stride, boolean transposed) {
  /// Tensor `x` as it is, or transposed.
  public static Matrix of(Tensor x, boolean transposed) {
    return new Matrix(x.data().address(), x.columns(), transposed);
  }

  /// The same, to be read and not written.
  static Matrix reading(Tensor x, boolean transposed) {
    return new Matrix(x.readOnlyData().address(), x.columns(), transposed);
  }

  /// Dense rows of `columns` floats at `address`.
  public static Matrix at(long address, long columns) {
    return new Matrix(address, columns, false);
  }

  /// The transpose.
  public Matrix transpose() {
    return new Matrix(address, stride, !transposed);
  }

  /// The part of this operand that begins at `row` and `column`.
  public Matrix from(long row, long column) {
    return new Matrix(addressOf(row, column), stride, transposed);
  }

  /// The address of the operand's element at `row` and `column`.
  public long addressOf(long row, long column) {
    return address + 4 * (transposed ? column * stride + row : row * stride + column);
  }
}
