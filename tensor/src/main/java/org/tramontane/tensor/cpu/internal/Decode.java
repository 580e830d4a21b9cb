package org.tramontane.tensor.cpu.internal;

import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.Tensor;

/// Attention of one new token per sequence over its ring cache.
///
/// A unit of work is a span of one token's keys, for all heads, so that the cache is read from front to back. With fewer
/// tokens than threads a token's keys are split into spans, whose partial results are merged in order.
public final class Decode {
  /// Keys of a span, at least.
  private static final long SPAN = 256;

  private final Threads threads;
  private final Scratch scratch;

  /// Decoding attention on `threads`.
  public Decode(Threads threads, Scratch scratch) {
    this.threads = threads;
    this.scratch = scratch;
  }

  /// Writes `out`.
  public void run(
      Tensor q,
      Tensor keys,
      Tensor values,
      int[] slots,
      int[] positions,
      AttentionShape shape,
      Tensor out) {
    if (slots.length == 0) {
      return;
    }
    long places = keys.shape().extent(1);
    long cacheBytes = 4 * places * keys.columns();
    long rowBytes = 4L * shape.heads() * shape.headDim();
    int spans = spans(positions, Math.min(shape.window(), places));
    long partial = DecodeSpan.resultFloats(shape);
    long partials = scratch.shared(partial * spans * slots.length);
    threads.forEach(
        slots.length * spans,
        (worker, unit) -> {
          int token = unit / spans;
          int span = unit % spans;
          long seen = seen(positions[token], shape.window(), places);
          long from = seen * span / spans;
          long to = seen * (span + 1) / spans;
          long first = positions[token] + 1L - seen;
          new DecodeSpan(
                  shape,
                  q.readOnlyData().address() + token * rowBytes,
                  keys.readOnlyData().address() + slots[token] * cacheBytes,
                  values.readOnlyData().address() + slots[token] * cacheBytes,
                  places,
                  partials + 4 * partial * unit,
                  scratch.of(worker, DecodeSpan.roomFloats(shape)))
              .run(first + from, to - from);
        });
    for (int token = 0; token < slots.length; token++) {
      long target = out.data().address() + token * rowBytes;
      DecodeSpan.merge(shape, partials + 4 * partial * spans * token, spans, target);
    }
  }

  private static long seen(int position, int window, long places) {
    return Math.min(Math.min(window, places), position + 1L);
  }

  /// Spans per token: as many as leave no thread idle, if each has enough keys to do.
  private int spans(int[] positions, long window) {
    long shortest = window;
    for (int position : positions) {
      shortest = Math.min(shortest, position + 1L);
    }
    long wanted = (threads.count() + positions.length - 1L) / positions.length;
    return (int) Math.max(1, Math.min(wanted, shortest / SPAN));
  }
}
