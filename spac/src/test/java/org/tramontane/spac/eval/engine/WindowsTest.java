package org.tramontane.spac.eval.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tramontane.transformer.Completion;

class WindowsTest {
  private static List<String> windows(int tokens, int maxLength) {
    int[] ids = new int[tokens];
    for (int i = 0; i < tokens; i++) {
      ids[i] = i + 1;
    }
    return Windows.of(ids, 0, maxLength).stream().map(WindowsTest::text).toList();
  }

  private static String text(Completion window) {
    StringBuilder text = new StringBuilder();
    for (int id : window.promptIds()) {
      text.append(id).append(' ');
    }
    text.append('|');
    for (int id : window.responseIds()) {
      text.append(' ').append(id);
    }
    return text.toString();
  }

  @Test
  void eachTokenIsPredictedOnce() {
    assertThat(windows(3, 4)).containsExactly("0 | 1 2 3");
    assertThat(windows(4, 4)).containsExactly("0 | 1 2 3 4");
    assertThat(windows(8, 4)).containsExactly("0 | 1 2 3 4", "4 | 5 6 7 8");
  }

  @Test
  void theLastWindowReadsAsMuchAsFits() {
    // Nine tokens: the ninth is predicted after four read ones.
    assertThat(windows(9, 4)).containsExactly("0 | 1 2 3 4", "4 | 5 6 7 8", "5 6 7 8 | 9");
    assertThat(windows(6, 4)).containsExactly("0 | 1 2 3 4", "2 3 4 | 5 6");
  }
}
