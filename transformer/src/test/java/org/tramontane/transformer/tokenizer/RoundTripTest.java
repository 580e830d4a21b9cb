package org.tramontane.transformer.tokenizer;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// With byte fallback every text comes back, however strange.
class RoundTripTest {
  private static final String[] WORDS = {
    "a",
    "b",
    "ab",
    "abc",
    " ",
    "  ",
    "\n",
    "\t",
    "\u0000",
    "\u007f",
    "\u00e9",
    "e\u0301",
    "\u20ac",
    "\u4e2d",
    "\ud83d\ude00",
    "\udbff\udfff",
    "\ufffd",
    "\ufffe",
    "\ufeff",
    "\u00a0",
    "\u200d",
    "<",
    "0x41>",
    "<0x41>"
  };

  @TempDir private Path folder;

  private Tokenizer load(StreamingDecoderTest.Format format) {
    return switch (format) {
      case JSON ->
          new TinyJson()
              .bytes()
              .set(
                  "normalizer",
                  """
                  {'type': 'Sequence', 'normalizers': [{'type': 'Prepend', 'prepend': '▁'},
                    {'type': 'Replace', 'pattern': {'String': ' '}, 'content': '▁'}]}
                  """)
              .load(folder);
      case SENTENCE_PIECE ->
          new TinyModel("\u2581", "a", "b", "c", "\u2581a", "ab", "\u2581ab", "bc", "abc", "aa")
              .byteFallback()
              .load(folder);
    };
  }

  /// The texts avoid what cannot come back by design: U+2581, which stands for a space, and special tokens' names.
  @ParameterizedTest
  @EnumSource
  void decodeUndoesEncode(StreamingDecoderTest.Format format) {
    Tokenizer tokenizer = load(format);
    for (int seed = 0; seed < 3000; seed++) {
      String text = text(new SplittableRandom(seed));
      int[] ids = tokenizer.encode(text);
      assertThat(tokenizer.decode(ids)).as("seed %d", seed).isEqualTo(text);
      assertThat(ids).as("seed %d", seed).doesNotContain(0, 1, 2);
    }
  }

  private static String text(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(20); left > 0; left--) {
      int codePoint = random.nextInt(Character.MAX_CODE_POINT + 1);
      if (random.nextInt(4) > 0
          || codePoint == 0x2581
          || Character.getType(codePoint) == Character.SURROGATE) {
        text.append(WORDS[random.nextInt(WORDS.length)]);
      } else {
        text.appendCodePoint(codePoint);
      }
    }
    return text.toString();
  }

  @ParameterizedTest
  @EnumSource
  void emptyTextHasNoIds(StreamingDecoderTest.Format format) {
    assertThat(load(format).encode("")).isEmpty();
    assertThat(load(format).decode(new int[0])).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void nulIsAByteLikeAnyOther(StreamingDecoderTest.Format format) {
    Tokenizer tokenizer = load(format);
    assertThat(tokenizer.encode("\u0000"))
        .containsExactly(
            tokenizer.id("\u2581").orElseThrow(), tokenizer.id("<0x00>").orElseThrow());
  }

  @ParameterizedTest
  @EnumSource
  void unpairedSurrogatesBecomeReplacementCharacters(StreamingDecoderTest.Format format) {
    Tokenizer tokenizer = load(format);
    String[] broken = {"\ud83d", "\ude00", "a\ud83db", "\ude00\ud83d", "\ud83d\ud83d\ude00"};
    String[] repaired = {"\ufffd", "\ufffd", "a\ufffdb", "\ufffd\ufffd", "\ufffd\ud83d\ude00"};
    for (int i = 0; i < broken.length; i++) {
      assertThat(tokenizer.encode(broken[i])).isEqualTo(tokenizer.encode(repaired[i]));
      assertThat(tokenizer.decode(tokenizer.encode(broken[i]))).isEqualTo(repaired[i]);
    }
  }

  /// One run of symbols that all may merge is the worst case; a quadratic encoder takes minutes for it.
  @ParameterizedTest
  @EnumSource
  void aMegabyteWithoutAnyCut(StreamingDecoderTest.Format format) {
    Tokenizer tokenizer = load(format);
    for (String text :
        new String[] {"ab".repeat(1 << 19), "a".repeat(1 << 20), " ".repeat(1 << 20)}) {
      assertTimeout(
          ofSeconds(20),
          () -> assertThat(tokenizer.decode(tokenizer.encode(text)).equals(text)).isTrue());
    }
  }

  @Test
  void aMegabyteOfWhiteSpaceBeforeAnAddedTokenThatTakesIt() {
    Tokenizer tokenizer =
        new TinyJson()
            .added(13, "cd", "{'special': true, 'lstrip': true, 'single_word': true}")
            .load(folder);
    String text = " ".repeat(1 << 20) + "cd" + "dcd".repeat(1000);
    assertTimeout(
        ofSeconds(20),
        () -> assertThat(tokenizer.encode(text + " cd")).endsWith(13).hasSizeGreaterThan(3000));
  }
}
