package org.tramontane.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PrefixTreeTest {

  @Test
  void aSharedBeginningHasItsRowsOnce() {
    PrefixTree tree =
        PrefixTree.of(List.of(new int[] {5, 6, 7}, new int[] {5, 6, 8, 9}, new int[] {4}), true);
    assertThat(tree.ids()).containsExactly(4, 5, 6, 7, 8, 9);
    assertThat(tree.positions()).containsExactly(0, 0, 1, 2, 2, 3);
    assertThat(tree.paths().count()).isEqualTo(3);
    assertThat(tree.pathRows()).containsExactly(0, 1, 2, 3, 1, 2, 4, 5);
    assertThat(tree.firstOccurrence()).containsExactly(0, 1, 2, 3, 6, 7);
    assertThat(tree.row(1, 3)).isEqualTo(5);
    assertThat(tree.isPlain()).isFalse();
  }

  @Test
  void aSequenceThatAnotherContinuesHasNoPathOfItsOwn() {
    PrefixTree tree =
        PrefixTree.of(List.of(new int[] {1, 2, 3}, new int[] {1}, new int[] {1, 2, 3}), true);
    assertThat(tree.ids()).containsExactly(1, 2, 3);
    assertThat(tree.paths().count()).isEqualTo(1);
    assertThat(tree.row(1, 0)).isZero();
    assertThat(tree.row(2, 2)).isEqualTo(2);
    assertThat(tree.isPlain()).isTrue();
  }

  @Test
  void nothingIsSharedUnlessAsked() {
    PrefixTree tree = PrefixTree.of(List.of(new int[] {1, 2}, new int[] {1, 2}), false);
    assertThat(tree.ids()).containsExactly(1, 2, 1, 2);
    assertThat(tree.paths().count()).isEqualTo(2);
    assertThat(tree.isPlain()).isTrue();
  }

  /// Random sequences over two tokens, which share a lot.
  @Test
  void rowsAreTheDifferentBeginnings() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      List<int[]> sequences = new ArrayList<>();
      Set<List<Integer>> beginnings = new HashSet<>();
      int count = 1 + random.nextInt(6);
      for (int s = 0; s < count; s++) {
        int[] ids = random.ints(1 + random.nextInt(7), 0, 2).toArray();
        sequences.add(ids);
        for (int length = 1; length <= ids.length; length++) {
          beginnings.add(Arrays.stream(ids, 0, length).boxed().toList());
        }
      }
      PrefixTree tree = PrefixTree.of(sequences, true);
      assertThat(tree.ids()).hasSize(beginnings.size());
      for (int s = 0; s < count; s++) {
        for (int p = 0; p < sequences.get(s).length; p++) {
          int row = tree.row(s, p);
          assertThat(tree.ids()[row]).isEqualTo(sequences.get(s)[p]);
          assertThat(tree.positions()[row]).isEqualTo(p);
          assertThat(tree.pathRows()[tree.firstOccurrence()[row]]).isEqualTo(row);
        }
      }
      for (int path = 0; path < tree.paths().count(); path++) {
        for (int p = 0; p < tree.paths().length(path); p++) {
          int row = tree.pathRows()[tree.paths().offset(path) + p];
          assertThat(tree.positions()[row]).isEqualTo(p);
        }
      }
    }
  }
}
