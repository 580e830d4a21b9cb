package org.tramontane.tensor.cpu.internal;

import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.Sequences;

/// How attention over packed sequences is cut into blocks of queries and keys, and which pairs of blocks see each other.
///
/// @param sequences the packed batch
/// @param shape heads and window
record AttentionPlan(Sequences sequences, AttentionShape shape) {
  /// Queries per block, and keys per block: scores of one pair of blocks take 64 KiB.
  static final int BLOCK = 128;

  /// The number of query blocks of sequence `b`.
  int blocks(int b) {
    return (sequences.length(b) + BLOCK - 1) / BLOCK;
  }

  /// Floats from one row of queries to the next.
  long queryStride() {
    return (long) shape.heads() * shape.headDim();
  }

  /// Floats from one row of keys or values to the next.
  long keyStride() {
    return (long) shape.kvHeads() * shape.headDim();
  }

  /// The first key that query `i` sees, both counted in their sequence.
  int firstKey(int i) {
    return Math.max(0, i - shape.window() + 1);
  }

  /// The first block of keys that the queries from `query` on see.
  int firstKeyBlock(int query) {
    return firstKey(query) / BLOCK;
  }

  /// The matrix of head `head` from row `row` on, in a tensor of `stride` floats per row at `address`.
  Matrix head(long address, long stride, long row, int head) {
    return new Matrix(address + 4 * (row * stride + (long) head * shape.headDim()), stride, false);
  }
}
