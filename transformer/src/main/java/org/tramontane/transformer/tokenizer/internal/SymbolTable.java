package org.tramontane.transformer.tokenizer.internal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The symbol that each single code point starts as: the id of its piece, or a number past the vocabulary for a code
/// point that is no piece but takes part in longer ones.
final class SymbolTable {
  static final int NONE = -1;

  private final int[] basic = new int[0x10000];
  private final Map<Integer, Integer> supplementary = new HashMap<>();

  SymbolTable() {
    Arrays.fill(basic, NONE);
  }

  void put(int codePoint, int symbol) {
    if (codePoint < basic.length) {
      basic[codePoint] = symbol;
    } else {
      supplementary.put(codePoint, symbol);
    }
  }

  /// The symbol, or [#NONE].
  int get(int codePoint) {
    return codePoint < basic.length
        ? basic[codePoint]
        : supplementary.getOrDefault(codePoint, NONE);
  }
}
