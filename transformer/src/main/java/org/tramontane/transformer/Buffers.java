package org.tramontane.transformer;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Tensor;

/// Memory that is used again by pass after pass and grows when a batch needs more than any before it.
///
/// @param <B> a record of tensors
final class Buffers<B> implements AutoCloseable {

  /// Makes tensors of `tokens` token rows and `rows` predicting rows.
  interface Allocator<B> {
    B allocate(Arena arena, int tokens, int rows);
  }

  /// Narrows tensors to their first `tokens` token rows and first `rows` predicting rows.
  interface Narrower<B> {
    B first(B buffers, int tokens, int rows);
  }

  private record Size(int tokens, int rows) {
    boolean holds(Size other) {
      return tokens >= other.tokens && rows >= other.rows;
    }

    Size union(Size other) {
      return new Size(Math.max(tokens, other.tokens), Math.max(rows, other.rows));
    }
  }

  private final Allocator<B> allocator;
  private final Narrower<B> narrower;
  private @Nullable Arena arena;
  private Size capacity = new Size(0, 0);
  private Size current = new Size(0, 0);
  private @Nullable B all;
  private @Nullable B view;
  private boolean closed;

  Buffers(Allocator<B> allocator, Narrower<B> narrower) {
    this.allocator = allocator;
    this.narrower = narrower;
  }

  /// Buffers of exactly this size; what they held, and what an earlier call returned, is lost.
  @SuppressWarnings("MustBeClosedChecker") // closed by release()
  B get(int tokens, int rows) {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    Size wanted = new Size(tokens, rows);
    B whole = all;
    if (whole == null || !capacity.holds(wanted)) {
      capacity = capacity.union(wanted);
      release();
      Arena fresh = Arena.ofShared();
      arena = fresh;
      whole = allocator.allocate(fresh, capacity.tokens, capacity.rows);
      all = whole;
    }
    B narrowed = view;
    if (narrowed == null || !wanted.equals(current)) {
      narrowed = narrower.first(whole, tokens, rows);
      view = narrowed;
      current = wanted;
    }
    return narrowed;
  }

  @Override
  public void close() {
    release();
    closed = true;
  }

  private void release() {
    all = null;
    view = null;
    if (arena != null) {
      arena.close();
      arena = null;
    }
  }

  /// The first `rows` rows of a matrix, or the first elements of a vector.
  static Tensor first(Tensor tensor, int rows) {
    return tensor.shape().rank() > 1 ? tensor.rows(0, rows) : tensor.first(rows);
  }
}
