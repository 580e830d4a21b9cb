package org.tramontane.transformer.tokenizer.internal;

import java.util.Arrays;

/// A growing list of `int`.
public final class IntList {
  private int[] values = new int[64];
  private int size;

  public void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = value;
  }

  public int[] toArray() {
    return Arrays.copyOf(values, size);
  }
}
