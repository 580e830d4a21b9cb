package org.tramontane.transformer.tokenizer.internal;

import java.util.Arrays;

/// The merges of one run of symbols: a linked list of symbols and a heap of candidate pairs, O(n log n).
///
/// A heap entry is `rank << 32 | position of the left symbol`, so the smallest entry is the best rank, leftmost first.
/// Entries are not removed when a neighbour merges away; instead an entry counts only if the pair that stands at its
/// position when it is popped still has its rank.
final class MergeQueue {
  private final PairTable pairs;
  private int[] symbols = new int[64];
  private int[] next = new int[64];
  private int[] previous = new int[64];
  private long[] heap = new long[64];
  private int length;
  private int heapSize;

  MergeQueue(PairTable pairs) {
    this.pairs = pairs;
  }

  void clear() {
    length = 0;
  }

  boolean isEmpty() {
    return length == 0;
  }

  void add(int symbol) {
    if (length == symbols.length) {
      symbols = Arrays.copyOf(symbols, length * 2);
      next = Arrays.copyOf(next, length * 2);
      previous = Arrays.copyOf(previous, length * 2);
    }
    symbols[length++] = symbol;
  }

  /// Merges until nothing merges; then [#symbolAt] from position 0 along [#nextOf] is the result.
  void run() {
    heapSize = 0;
    for (int i = 0; i < length; i++) {
      previous[i] = i - 1;
      next[i] = i + 1 < length ? i + 1 : -1;
    }
    for (int i = 0; i + 1 < length; i++) {
      offer(i);
    }
    while (heapSize > 0) {
      long top = pop();
      int left = (int) top;
      int right = symbols[left] < 0 ? -1 : next[left];
      if (right < 0) {
        continue;
      }
      long merge = pairs.get(symbols[left], symbols[right]);
      if (merge < 0 || merge >>> 32 != top >>> 32) {
        continue;
      }
      symbols[left] = (int) merge;
      symbols[right] = -1;
      next[left] = next[right];
      if (next[right] >= 0) {
        previous[next[right]] = left;
        offer(left);
      }
      if (previous[left] >= 0) {
        offer(previous[left]);
      }
    }
  }

  int symbolAt(int position) {
    return symbols[position];
  }

  /// The position behind `position`, or -1 at the end.
  int nextOf(int position) {
    return next[position];
  }

  private void offer(int left) {
    long merge = pairs.get(symbols[left], symbols[next[left]]);
    if (merge >= 0) {
      push(merge >>> 32 << 32 | left);
    }
  }

  private void push(long entry) {
    if (heapSize == heap.length) {
      heap = Arrays.copyOf(heap, heapSize * 2);
    }
    int child = heapSize++;
    while (child > 0) {
      int parent = (child - 1) >>> 1;
      if (heap[parent] <= entry) {
        break;
      }
      heap[child] = heap[parent];
      child = parent;
    }
    heap[child] = entry;
  }

  private long pop() {
    long top = heap[0];
    long last = heap[--heapSize];
    int parent = 0;
    while (true) {
      int child = 2 * parent + 1;
      if (child >= heapSize) {
        break;
      }
      if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
        child++;
      }
      if (last <= heap[child]) {
        break;
      }
      heap[parent] = heap[child];
      parent = child;
    }
    heap[parent] = last;
    return top;
  }
}
