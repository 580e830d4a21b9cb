package org.tramontane.transformer.tokenizer.internal;

import java.util.Arrays;

/// Which two neighbouring symbols merge, how soon, and into what: an open-addressing hash map from a pair of symbols
/// (both not negative) to a rank and the merged symbol.
final class PairTable {
  private static final long EMPTY = -1;

  private long[] keys = new long[1024];
  private long[] values = new long[1024];
  private int size;

  PairTable() {
    Arrays.fill(keys, EMPTY);
  }

  /// Adds a pair; a pair that is already there keeps its first value.
  void putIfAbsent(int left, int right, int rank, int merged) {
    if (size * 2 >= keys.length) {
      grow();
    }
    long key = key(left, right);
    int slot = slot(key);
    if (keys[slot] == EMPTY) {
      keys[slot] = key;
      values[slot] = (long) rank << 32 | merged;
      size++;
    }
  }

  /// `rank << 32 | merged`, or -1 if the two do not merge.
  long get(int left, int right) {
    long key = key(left, right);
    int slot = slot(key);
    return keys[slot] == EMPTY ? -1 : values[slot];
  }

  private static long key(int left, int right) {
    return (long) left << 32 | right;
  }

  private int slot(long key) {
    int mask = keys.length - 1;
    long hash = key * 0x9E3779B97F4A7C15L;
    int slot = (int) (hash >>> 32) & mask;
    while (keys[slot] != key && keys[slot] != EMPTY) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldValues = values;
    keys = new long[oldKeys.length * 2];
    values = new long[oldKeys.length * 2];
    Arrays.fill(keys, EMPTY);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != EMPTY) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        values[slot] = oldValues[i];
      }
    }
  }
}
