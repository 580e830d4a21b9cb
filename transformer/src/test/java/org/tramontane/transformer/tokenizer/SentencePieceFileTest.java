package org.tramontane.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.tensor.UserError;

/// Whole, broken and unsupported SentencePiece models.
class SentencePieceFileTest {
  @TempDir private Path folder;

  private static TinyModel small() {
    return new TinyModel("\u2581a", "ab", "\u2581ab", "\u2581", "a", "b", "\u00e9", "\ud83d\ude00");
  }

  @Test
  void theWholeModelWorks() {
    Tokenizer tokenizer = small().load(folder);
    assertThat(tokenizer.encode("ab b")).containsExactly(5, 6, 8);
    assertThat(tokenizer.encode("\u00e9\ud83d\ude00")).containsExactly(6, 9, 10);
    assertThat(tokenizer.decode(new int[] {1, 5, 6, 8, 2})).isEqualTo("ab b");
    assertThat(tokenizer.decode(new int[] {1, 5, 2}, false)).isEqualTo("<s>ab</s>");
  }

  /// Cut off anywhere, the model lacks at least its trainer's settings, without which it is no BPE model; only the
  /// normalizer's settings, which come last, have defaults of their own.
  @Test
  void everyTruncationIsRefused() {
    byte[] whole = small().toBytes();
    int lastField = whole.length - 8;
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      if (length == lastField) {
        assertThat(TinyModel.load(folder, part).vocabSize()).isEqualTo(11);
        continue;
      }
      assertThatThrownBy(() -> TinyModel.load(folder, part))
          .as("the first %d of %d bytes", length, whole.length)
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(folder.resolve("tokenizer.model") + ": ");
    }
  }

  /// Damaged bytes give a user's error or a tokenizer that works, never another exception.
  @Test
  void damageIsAnErrorForTheUserOrHarmless() {
    byte[] whole = small().byteFallback().toBytes();
    int refused = 0;
    for (int seed = 0; seed < 4000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] damaged = whole.clone();
      for (int hits = random.nextInt(1, 5); hits > 0; hits--) {
        int at = random.nextInt(damaged.length);
        damaged[random.nextBoolean() ? at : at % 160] = (byte) random.nextInt(256);
      }
      Throwable thrown =
          catchThrowable(
              () -> {
                Tokenizer tokenizer = TinyModel.load(folder, damaged);
                tokenizer.decode(tokenizer.encode("ab \u00e9 \ud83d\ude00 xyz\u0000"));
              });
      if (thrown != null) {
        assertThat(thrown).as("seed %d", seed).isInstanceOf(UserError.class);
        refused++;
      }
    }
    assertThat(refused).isBetween(1000, 3999);
  }

  @Test
  void duplicatePiecesAreRefused() {
    assertRefused(small().piece("ab", 0, TinyModel.NORMAL), "pieces 4 and 11 are both 'ab'");
  }

  @Test
  void unknownTypesOfModelAndPieceAreRefused() {
    assertRefused(small().modelType(1), "model type 1; only BPE (2) is supported");
    assertRefused(small().piece("x", 0, 7), "piece 11 has type 7, allowed are 1 to 6");
    assertRefused(small().piece("x", 0, 0), "piece 11 has type 0, allowed are 1 to 6");
    assertRefused(small().piece("x", 0, 5), "the unused piece 11");
  }

  @Test
  void brokenPiecesAreRefused() {
    assertRefused(small().piece("", 0, TinyModel.NORMAL), "piece 11 is empty");
    assertRefused(small().piece("x", Float.NaN, TinyModel.NORMAL), "piece 11 has the score NaN");
    assertRefused(small().piece("<0xZZ>", 0, TinyModel.BYTE), "byte piece 11 is '<0xZZ>'");
  }

  @Test
  void userDefinedPiecesAreFoundLongestFirstAndNeverMerge() {
    Tokenizer tokenizer =
        small()
            .piece("ba", 0, TinyModel.USER_DEFINED)
            .piece("bab", 0, TinyModel.USER_DEFINED)
            .load(folder);
    assertThat(tokenizer.encode("abab")).containsExactly(3, 12);
    assertThat(tokenizer.encode("abaa")).containsExactly(3, 11, 7);
  }

  @Test
  void neighbouringUnknownsAreOne() {
    assertThat(small().load(folder).encode("xy ab z")).containsExactly(6, 0, 5, 6, 0);
  }

  private void assertRefused(TinyModel model, String why) {
    assertThatThrownBy(() -> model.load(folder))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(folder.resolve("tokenizer.model") + ": ")
        .hasMessageContaining(why);
  }
}
