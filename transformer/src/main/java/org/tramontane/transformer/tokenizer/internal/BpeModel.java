package org.tramontane.transformer.tokenizer.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Byte-pair encoding over code points: starts from one symbol per code point and merges the neighbours with the best
/// rank, leftmost first, until nothing merges. Code points without a piece fall back to bytes or to the unknown token.
///
/// The text is first cut wherever no piece spans two neighbouring code points (mostly at the starts of words). Merges
/// cannot cross such a place, so the cut changes nothing but keeps the merge queue short and in cache.
final class BpeModel {
  /// What stands for a code point that is no piece.
  ///
  /// @param byteIds the ids of the 256 byte pieces, or nothing
  /// @param unkId the unknown token, or -1 where the model drops what it does not know
  /// @param fuse whether neighbouring unknowns become one token
  record Fallback(List<Integer> byteIds, int unkId, boolean fuse) {
    boolean dropsUnknown() {
      return byteIds.isEmpty() && unkId < 0;
    }
  }

  private final int vocabSize;
  private final SymbolTable symbols;
  private final PairTable pairs;
  private final PairTable joints;
  private final Fallback fallback;

  private BpeModel(Builder builder, Fallback fallback) {
    this.vocabSize = builder.vocabSize;
    this.symbols = builder.symbols;
    this.pairs = builder.pairs;
    this.joints = builder.joints;
    this.fallback = fallback;
  }

  /// Appends the ids of `text` from `start` to `end`.
  void encode(String text, int start, int end, IntList out) {
    MergeQueue queue = new MergeQueue(pairs);
    int before = SymbolTable.NONE;
    boolean unknownBefore = false;
    for (int at = start; at < end; ) {
      int codePoint = text.codePointAt(at);
      at += Character.charCount(codePoint);
      int symbol = symbols.get(codePoint);
      if (symbol == SymbolTable.NONE && fallback.dropsUnknown()) {
        // As if it were not in the text: its neighbours may merge.
        continue;
      }
      if (symbol == SymbolTable.NONE || before == SymbolTable.NONE || !joined(before, symbol)) {
        unknownBefore = drain(queue, out, unknownBefore);
      }
      if (symbol == SymbolTable.NONE) {
        unknownBefore = unknown(codePoint, out, unknownBefore);
      } else {
        queue.add(symbol);
      }
      before = symbol;
    }
    drain(queue, out, unknownBefore);
  }

  private boolean joined(int left, int right) {
    return joints.get(left, right) >= 0;
  }

  private boolean drain(MergeQueue queue, IntList out, boolean unknownBefore) {
    if (queue.isEmpty()) {
      return unknownBefore;
    }
    queue.run();
    boolean unknown = unknownBefore;
    for (int at = 0; at >= 0; at = queue.nextOf(at)) {
      int symbol = queue.symbolAt(at);
      if (symbol < vocabSize) {
        out.add(symbol);
        unknown = false;
      } else {
        unknown = unknown(symbol - vocabSize, out, unknown);
      }
    }
    queue.clear();
    return unknown;
  }

  /// Returns whether the last token is now the unknown one.
  private boolean unknown(int codePoint, IntList out, boolean unknownBefore) {
    if (!fallback.byteIds().isEmpty()) {
      for (byte b : Utf8.encode(codePoint)) {
        out.add(fallback.byteIds().get(b & 0xFF));
      }
      return false;
    }
    if (!fallback.dropsUnknown() && !(fallback.fuse() && unknownBefore)) {
      out.add(fallback.unkId());
    }
    return true;
  }

  /// Collects pieces and merges.
  static final class Builder {
    private final int vocabSize;
    private final Map<String, Integer> pieces;
    private final SymbolTable symbols = new SymbolTable();
    private final PairTable pairs = new PairTable();
    private final PairTable joints = new PairTable();

    /// Starts from the pieces that text may become; `vocabSize` is above all their ids.
    Builder(Map<String, Integer> pieces, int vocabSize) {
      this.pieces = pieces;
      this.vocabSize = vocabSize;
      pieces.forEach(
          (piece, id) -> {
            if (piece.codePointCount(0, piece.length()) == 1) {
              symbols.put(piece.codePointAt(0), id);
            }
          });
    }

    /// The two merge into `merged`; a smaller rank is merged sooner.
    void merge(int left, int right, String merged, int mergedId, int rank) {
      pairs.putIfAbsent(left, right, rank, mergedId);
      int before = -1;
      for (int codePoint : merged.codePoints().toArray()) {
        int symbol = symbols.get(codePoint);
        if (before >= 0 && symbol >= 0) {
          joints.putIfAbsent(before, symbol, 0, 0);
        }
        before = symbol;
      }
    }

    /// SentencePiece's rule: two neighbours merge if what they spell together is a piece, best score first.
    void mergeByScore(Map<String, Integer> ranks) {
      Set<Integer> loose = new HashSet<>();
      ranks.keySet().forEach(piece -> piece.codePoints().forEach(loose::add));
      Map<String, Integer> spelled = new HashMap<>(pieces);
      for (int codePoint : loose) {
        String text = Character.toString(codePoint);
        if (!pieces.containsKey(text)) {
          // No piece of its own, yet part of longer ones: it merges like any symbol and falls back
          // to bytes if left.
          symbols.put(codePoint, vocabSize + codePoint);
          spelled.put(text, vocabSize + codePoint);
        }
      }
      ranks.forEach(
          (piece, rank) -> {
            int id = pieces.getOrDefault(piece, -1);
            for (int cut = 1; cut < piece.length(); cut++) {
              Integer left = spelled.get(piece.substring(0, cut));
              Integer right = spelled.get(piece.substring(cut));
              if (left != null && right != null) {
                merge(left, right, piece, id, rank);
              }
            }
          });
    }

    BpeModel build(Fallback fallback) {
      return new BpeModel(this, fallback);
    }
  }
}
