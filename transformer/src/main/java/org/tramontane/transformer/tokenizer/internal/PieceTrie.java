package org.tramontane.transformer.tokenizer.internal;

import java.util.HashMap;
import java.util.Map;

/// Finds the longest of a set of strings at a place in a text.
final class PieceTrie {
  private static final class Node {
    final Map<Character, Node> children = new HashMap<>();
    int value = -1;
  }

  private final Node root = new Node();

  /// Adds a non-empty string with a value that is not negative.
  void put(String text, int value) {
    Node node = root;
    for (int i = 0; i < text.length(); i++) {
      node = node.children.computeIfAbsent(text.charAt(i), c -> new Node());
    }
    node.value = value;
  }

  boolean isEmpty() {
    return root.children.isEmpty();
  }

  /// `end << 32 | value` of the longest string that stands in `text` at `from`, or -1.
  long longest(String text, int from) {
    long found = -1;
    Node node = root;
    for (int i = from; i < text.length(); i++) {
      node = node.children.get(text.charAt(i));
      if (node == null) {
        break;
      }
      if (node.value >= 0) {
        found = (long) (i + 1) << 32 | node.value;
      }
    }
    return found;
  }
}
