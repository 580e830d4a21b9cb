package org.tramontane.tensor.cpu.internal;

import org.tramontane.tensor.AttentionShape;

/// One token's attention over a span of its ring cache, for all heads, in blocks with a running maximum and sum.
///
/// Scores lie with the heads side by side, `[key, head]`, so that a softmax needs no sum across lanes. Keys and values are
/// read four rows at a time from front to back, which is what the processor's prefetchers follow best.
///
/// @param shape heads
/// @param q address of the token's query heads
/// @param keys address of its cache of keys
/// @param values address of its cache of values
/// @param places positions in a cache
/// @param result where to put the sums over values `[H, D]`, then a maximum and a sum of weights per head
/// @param room for what [#roomFloats] counts
record DecodeSpan(
    AttentionShape shape, long q, long keys, long values, long places, long result, long room) {
  /// Keys of a block. Its scores, for 32 heads, are half of an inner cache.
  private static final int BLOCK = 128;

  static long resultFloats(AttentionShape shape) {
    return Scratch.lines((long) shape.heads() * shape.headDim()) + 2L * lanes(shape);
  }

  /// The scores of a block, and one vector per head for each of the keys of a tile.
  static long roomFloats(AttentionShape shape) {
    return (BLOCK + (long) RowTiles.SCORED * Lanes.COUNT) * lanes(shape);
  }

  /// Heads, rounded up to whole vectors.
  private static int lanes(AttentionShape shape) {
    return (shape.heads() + Lanes.COUNT - 1) / Lanes.COUNT * Lanes.COUNT;
  }

  /// Attends to `count` positions from `first` on.
  void run(long first, long count) {
    Elementwise.zero(result, resultFloats(shape));
    Elementwise.zero(room, roomFloats(shape));
    for (int h = 0; h < lanes(shape); h++) {
      Lanes.set(maximum(shape, result, h), Float.NEGATIVE_INFINITY);
    }
    long done = 0;
    while (done < count) {
      long place = (first + done) % places;
      int n = (int) Math.min(Math.min(BLOCK, count - done), places - place);
      scores(keys + place * stride(), n);
      for (int h = 0; h < shape.heads(); h += Lanes.COUNT) {
        softmax(h, n);
      }
      addValues(values + place * stride(), n);
      done += n;
    }
  }

  /// Merges the results of a token's spans, scaled to their common maximum, into `out` `[H, D]`.
  static void merge(AttentionShape shape, long results, int spans, long out) {
    int headDim = shape.headDim();
    long bytes = 4 * resultFloats(shape);
    for (int h = 0; h < shape.heads(); h++) {
      float max = Float.NEGATIVE_INFINITY;
      for (int s = 0; s < spans; s++) {
        max = Math.max(max, Lanes.get(maximum(shape, results + s * bytes, h)));
      }
      float sum = 0;
      for (int s = 0; s < spans; s++) {
        long part = results + s * bytes;
        float weight = Exp.of(Lanes.get(maximum(shape, part, h)) - max);
        sum = Math.fma(weight, Lanes.get(sum(shape, part, h)), sum);
      }
      long target = out + 4L * h * headDim;
      Elementwise.zero(target, headDim);
      for (int s = 0; s < spans; s++) {
        long part = results + s * bytes;
        float weight = Exp.of(Lanes.get(maximum(shape, part, h)) - max) / sum;
        Elementwise.addScaled(weight, part + 4L * h * headDim, target, headDim);
      }
    }
  }

  private static long maximum(AttentionShape shape, long result, int h) {
    return result + 4 * (Scratch.lines((long) shape.heads() * shape.headDim()) + h);
  }

  private static long sum(AttentionShape shape, long result, int h) {
    return maximum(shape, result, h) + 4L * lanes(shape);
  }

  /// Bytes from one position of a cache to the next.
  private long stride() {
    return 4L * shape.kvHeads() * shape.headDim();
  }

  /// The address of the score, later the weight, of key `j` for head `h`.
  private long weight(int j, int h) {
    return room + 4L * ((long) j * lanes(shape) + h);
  }

  /// Whether every tile is four heads of one group and every row whole vectors.
  private boolean tiled() {
    return shape.headDim() % Lanes.COUNT == 0 && shape.group() % RowTiles.HEADS == 0;
  }

  /// Scores of a block's `n` keys for all heads.
  private void scores(long block, int n) {
    int j = 0;
    for (; tiled() && j + RowTiles.SCORED <= n; j += RowTiles.SCORED) {
      scoreTiles(block + j * stride(), j);
    }
    for (; j < n; j++) {
      long row = block + j * stride();
      for (int h = 0; h < shape.heads(); h++) {
        scoreOne(row, h, j);
      }
    }
  }

  /// Scores of two keys, the block's `j`th and the next, at `row` and on.
  private void scoreTiles(long row, int j) {
    int headDim = shape.headDim();
    long tile = weight(BLOCK, 0);
    long perKey = lanes(shape) / RowTiles.HEADS * Lanes.BYTES;
    for (int kvHead = 0; kvHead < shape.kvHeads(); kvHead++) {
      long key = row + 4L * kvHead * headDim;
      int first = kvHead * shape.group();
      for (int h = first; h < first + shape.group(); h += RowTiles.HEADS) {
        long query = q + 4L * h * headDim;
        RowTiles.dots(
            query, key, stride(), headDim, tile + h / RowTiles.HEADS * Lanes.BYTES, perKey);
      }
    }
    for (int i = 0; i < RowTiles.SCORED; i++) {
      for (int h = 0; h < shape.heads(); h += Lanes.COUNT) {
        long sums = tile + i * perKey + h / RowTiles.HEADS * Lanes.BYTES;
        LaneSums.finish(sums, shape.scale(), weight(j + i, h));
      }
    }
  }

  private void scoreOne(long row, int h, int j) {
    int headDim = shape.headDim();
    long key = row + 4L * (h / shape.group()) * headDim;
    float dot = Dot.of(q + 4L * h * headDim, key, headDim);
    Lanes.set(weight(j, h), dot * shape.scale());
  }

  /// Turns the scores of a vector of heads from `h` on into weights relative to the new maximum, and rescales what was
  /// summed before to it.
  private void softmax(int h, int n) {
    long step = 4L * lanes(shape);
    long scores = weight(0, h);
    long maxima = maximum(shape, result, h);
    long factors = weight(BLOCK, 0);
    Lanes.store(factors, Lanes.load(maxima));
    Softmax.maxima(scores, step, n, maxima);
    Softmax.exp(scores, step, n, maxima, factors, sum(shape, result, h));
    for (int i = 0; i < Math.min(Lanes.COUNT, shape.heads() - h); i++) {
      float factor = Lanes.get(factors + 4L * i);
      if (factor != 1) {
        Elementwise.scale(factor, result + 4L * (h + i) * shape.headDim(), shape.headDim());
      }
    }
  }

  /// Adds a block's `n` values, weighted, to every head's sum.
  private void addValues(long block, int n) {
    int j = 0;
    for (; tiled() && j + RowTiles.ADDED <= n; j += RowTiles.ADDED) {
      addTiles(block + j * stride(), j);
    }
    for (; j < n; j++) {
      long row = block + j * stride();
      for (int h = 0; h < shape.heads(); h++) {
        addOne(row, h, j);
      }
    }
  }

  /// Adds four values, the block's `j`th and on, at `row` and on.
  private void addTiles(long row, int j) {
    int headDim = shape.headDim();
    for (int kvHead = 0; kvHead < shape.kvHeads(); kvHead++) {
      long value = row + 4L * kvHead * headDim;
      int first = kvHead * shape.group();
      for (int h = first; h < first + shape.group(); h += RowTiles.HEADS) {
        long target = result + 4L * h * headDim;
        RowTiles.add(weight(j, h), 4L * lanes(shape), value, stride(), target, headDim);
      }
    }
  }

  private void addOne(long row, int h, int j) {
    int headDim = shape.headDim();
    long value = row + 4L * (h / shape.group()) * headDim;
    Elementwise.addScaled(Lanes.get(weight(j, h)), value, result + 4L * h * headDim, headDim);
  }
}
