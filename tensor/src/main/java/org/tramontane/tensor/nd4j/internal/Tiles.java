package org.tramontane.tensor.nd4j.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.Sequences;

/// How attention over packed sequences is cut into tiles of queries and keys, and the masks at the edges of what
/// queries see.
///
/// Query tiles begin at multiples of [#QUERIES] and key tiles at multiples of it too, so that all sequences together
/// give a few hundred shapes at most. The scores of a tile are a matrix whose rows go by query, then head: the order of
/// `out` and `logSumExp`.
final class Tiles implements AutoCloseable {
  /// Queries of a tile.
  static final int QUERIES = 64;

  /// Keys of a tile.
  static final int KEYS = 512;

  /// Added to the scores that a query must not see: so low that exp gives 0 beside any real score, and finite, so that
  /// a row in which all are masked gives no NaN; what such a row adds is multiplied by exp(HIDDEN - maximum) = 0 in a
  /// later tile.
  static final float HIDDEN = -1e30f;

  /// Elements of all kept masks: 32 MiB.
  private static final long MOST_MASKS = 1 << 23;

  /// Queries `start` to `start + queries` of the sequence whose first row is `row`, and their first key tile.
  record QueryTile(long row, int start, int queries, int firstKey) {
    /// The tensors' row of the first query.
    long queryRow() {
      return row + start;
    }

    /// The key tiles that any of the queries sees.
    List<KeyTile> keyTiles() {
      List<KeyTile> tiles = new ArrayList<>();
      int end = start + queries;
      for (int key = firstKey; key < end; key += KEYS) {
        tiles.add(new KeyTile(row + key, key, Math.min(KEYS, end - key)));
      }
      return tiles;
    }
  }

  /// Keys `start` to `start + keys`; `row` is the tensors' row of the first.
  record KeyTile(long row, int start, int keys) {}

  private record MaskKey(int heads, int queries, int keys, int distance, int window) {}

  private final Map<MaskKey, Region> masks = new LinkedHashMap<>();
  private long kept;

  /// All query tiles of all sequences.
  static List<QueryTile> queryTiles(Sequences sequences, int window) {
    List<QueryTile> tiles = new ArrayList<>();
    for (int b = 0; b < sequences.count(); b++) {
      int length = sequences.length(b);
      for (int start = 0; start < length; start += QUERIES) {
        int first = (int) Math.max(0L, start - (long) window + 1) / QUERIES * QUERIES;
        int queries = Math.min(QUERIES, length - start);
        tiles.add(new QueryTile(sequences.offset(b), start, queries, first));
      }
    }
    return tiles;
  }

  /// Hides the scores of keys that a query does not see.
  void mask(INDArray scores, QueryTile queries, KeyTile keys, AttentionShape shape) {
    int distance = queries.start() - keys.start();
    boolean future = keys.keys() - 1 > distance;
    boolean past = distance + queries.queries() - 1L >= shape.window();
    if (future || past) {
      MaskKey key =
          new MaskKey(shape.heads(), queries.queries(), keys.keys(), distance, shape.window());
      Ops.add(scores, of(key), scores);
    }
  }

  private INDArray of(MaskKey key) {
    long rows = (long) key.queries() * key.heads();
    Region mask = masks.get(key);
    if (mask == null) {
      if (kept > MOST_MASKS) {
        close();
      }
      mask = new Region(Ops.vector(values(key)).data(), DataType.FLOAT);
      masks.put(key, mask);
      kept += rows * key.keys();
    }
    return mask.matrix(0, rows, key.keys());
  }

  private static float[] values(MaskKey key) {
    float[] values = new float[key.queries() * key.heads() * key.keys()];
    int at = 0;
    for (int query = 0; query < key.queries(); query++) {
      for (int head = 0; head < key.heads(); head++) {
        for (int j = 0; j < key.keys(); j++) {
          int behind = key.distance() + query - j;
          values[at++] = behind >= 0 && behind < key.window() ? 0 : HIDDEN;
        }
      }
    }
    return values;
  }

  @Override
  public void close() {
    masks.values().forEach(Region::close);
    masks.clear();
    kept = 0;
  }
}
