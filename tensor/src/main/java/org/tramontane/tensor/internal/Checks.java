package org.tramontane.tensor.internal;

import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;

/// Checks of kernel operands; each failure is an [IllegalArgumentException] that names the operand.
public final class Checks {
  private Checks() {}

  /// `x` is an F32 matrix of `rows` x `columns`.
  public static void matrix(String name, Tensor x, long rows, long columns) {
    f32(name, x);
    weight(name, x, rows, columns);
  }

  /// `x` is a matrix of `rows` x `columns` in any dtype.
  public static void weight(String name, Tensor x, long rows, long columns) {
    if (x.rows() != rows || x.columns() != columns) {
      throw new IllegalArgumentException(
          name + " has shape " + x.shape() + "; expected [" + rows + ", " + columns + "]");
    }
  }

  /// `x` has `n` F32 elements.
  public static void vector(String name, Tensor x, long n) {
    f32(name, x);
    weightVector(name, x, n);
  }

  /// `x` has `n` elements of any dtype.
  public static void weightVector(String name, Tensor x, long n) {
    if (x.elements() != n) {
      throw new IllegalArgumentException(
          name + " has shape " + x.shape() + "; expected [" + n + "]");
    }
  }

  /// `x` is F32.
  public static void f32(String name, Tensor x) {
    if (x.dtype() != DType.F32) {
      throw new IllegalArgumentException(name + " has dtype " + x.dtype() + "; expected F32");
    }
  }

  /// `ids` has `n` entries.
  public static void count(String name, int[] ids, long n) {
    if (ids.length != n) {
      throw new IllegalArgumentException(name + " has " + ids.length + " entries; expected " + n);
    }
  }

  /// Every entry of `ids` is at least 0 and below `limit`.
  public static void range(String name, int[] ids, long limit) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= limit) {
        throw new IllegalArgumentException(
            name + "[" + i + "] = " + ids[i] + "; allowed: 0 to " + (limit - 1));
      }
    }
  }

  /// `n` as an `int`.
  public static int size(String name, long n) {
    if (n > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(name + " = " + n + "; allowed: below 2^31");
    }
    return (int) n;
  }

  /// A condition that no other check covers.
  public static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
