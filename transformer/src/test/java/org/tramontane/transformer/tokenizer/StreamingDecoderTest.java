package org.tramontane.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tramontane.tensor.UserError;

/// Ids that come one by one, bytes above all.
class StreamingDecoderTest {
  /// Both formats, with the same pieces: byte pieces have the ids from 13 on.
  enum Format {
    JSON,
    SENTENCE_PIECE
  }

  private static final int FIRST_BYTE = 13;
  private static final String EMOJI = "\ud83d\ude00";
  private static final String BAD = "\uFFFD";

  @TempDir private Path folder;

  private Tokenizer load(Format format) {
    return switch (format) {
      case JSON -> new TinyJson().bytes().load(folder);
      case SENTENCE_PIECE ->
          new TinyModel("\u2581", "a", "b", "c", "d", "\u2581a", "ab", "\u2581ab", "bc", "abc")
              .byteFallback()
              .load(folder);
    };
  }

  private static int[] bytes(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[utf8.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = FIRST_BYTE + (utf8[i] & 0xFF);
    }
    return ids;
  }

  private static List<String> stream(StreamingDecoder decoder, int... ids) {
    List<String> shown = new ArrayList<>();
    for (int id : ids) {
      shown.add(decoder.append(id));
    }
    shown.add(decoder.flush());
    return shown;
  }

  private static int id(int value) {
    return FIRST_BYTE + value;
  }

  @ParameterizedTest
  @EnumSource
  void anEmojiAppearsWithItsLastByte(Format format) {
    StreamingDecoder decoder = load(format).streamingDecoder(true);
    assertThat(stream(decoder, bytes(EMOJI))).containsExactly("", "", "", EMOJI, "");
    assertThat(stream(decoder, bytes("\u00e9\u20ac")))
        .containsExactly("", "\u00e9", "", "", "\u20ac", "");
  }

  @ParameterizedTest
  @EnumSource
  void bytesThatAreNoCharacterGiveOneReplacementEach(Format format) {
    Tokenizer tokenizer = load(format);
    StreamingDecoder decoder = tokenizer.streamingDecoder(true);
    assertThat(stream(decoder, id(0x80))).containsExactly(BAD, "");
    assertThat(stream(decoder, id(0xFF), id(0xC0))).containsExactly(BAD, BAD, "");
    // A surrogate, an overlong slash, and a code point past the last one.
    assertThat(stream(decoder, id(0xED), id(0xA0), id(0x80)))
        .containsExactly("", BAD + BAD, BAD, "");
    assertThat(stream(decoder, id(0xE0), id(0x80), id(0xAF)))
        .containsExactly("", BAD + BAD, BAD, "");
    assertThat(stream(decoder, id(0xF4), id(0x90))).containsExactly("", BAD + BAD, "");
  }

  @ParameterizedTest
  @EnumSource
  void anUnfinishedCharacterIsShownWhenTheRunEnds(Format format) {
    Tokenizer tokenizer = load(format);
    int a = tokenizer.id("a").orElseThrow();
    StreamingDecoder decoder = tokenizer.streamingDecoder(true);
    assertThat(stream(decoder, id(0xF0), id(0x9F), a)).containsExactly("", "", BAD + BAD + "a", "");
    assertThat(stream(decoder, id(0xF0), id(0x9F))).containsExactly("", "", BAD + BAD);
    assertThat(stream(decoder, id(0xF0), id('x'))).containsExactly("", BAD + "x", "");
  }

  @ParameterizedTest
  @EnumSource
  void specialTokensAreSkippedWithinACharacter(Format format) {
    int[] emoji = bytes(EMOJI);
    int[] ids = {1, emoji[0], emoji[1], 2, emoji[2], emoji[3]};
    // SentencePiece ends the run at a control piece; a tokenizer.json takes special tokens out
    // first.
    String expected = format == Format.JSON ? EMOJI : BAD.repeat(4);
    assertThat(String.join("", stream(load(format).streamingDecoder(true), ids)))
        .isEqualTo(expected);
    assertThat(load(format).decode(ids)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void flushStartsAnew(Format format) {
    Tokenizer tokenizer = load(format);
    int word = tokenizer.id("\u2581ab").orElseThrow();
    StreamingDecoder decoder = tokenizer.streamingDecoder(true);
    assertThat(stream(decoder, word, word)).containsExactly("ab", " ab", "");
    assertThat(stream(decoder, word)).containsExactly("ab", "");
  }

  /// The promise of [StreamingDecoder], for random ids; bytes come as whole characters.
  @ParameterizedTest
  @EnumSource
  void piecesJoinToTheDecodedText(Format format) {
    Tokenizer tokenizer = load(format);
    String[] characters = {"a", "\u00e9", "\u20ac", EMOJI, "\n", " ", "\u0000"};
    for (int seed = 0; seed < 500; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<Integer> list = new ArrayList<>();
      for (int left = random.nextInt(12); left > 0; left--) {
        if (random.nextBoolean()) {
          list.add(random.nextInt(FIRST_BYTE));
        } else {
          for (int id : bytes(characters[random.nextInt(characters.length)])) {
            list.add(id);
          }
        }
      }
      int[] ids = list.stream().mapToInt(Integer::intValue).toArray();
      boolean skip = random.nextBoolean();
      assertThat(String.join("", stream(tokenizer.streamingDecoder(skip), ids)))
          .as("seed %d, ids %s", seed, list)
          .isEqualTo(tokenizer.decode(ids, skip));
    }
  }

  /// The one documented difference: a `tokenizer.json` judges a run of bytes as a whole.
  @Test
  void aRunWithAFaultIsReplacedWholeByDecodeOnly() {
    int[] ids = {id('x'), id(0xFF)};
    Tokenizer json = load(Format.JSON);
    assertThat(json.decode(ids)).isEqualTo(BAD + BAD);
    assertThat(stream(json.streamingDecoder(true), ids)).containsExactly("x", BAD, "");
    assertThat(load(Format.SENTENCE_PIECE).decode(ids)).isEqualTo("x" + BAD);
  }

  @ParameterizedTest
  @EnumSource
  void idsOutsideTheVocabularyAreRefused(Format format) {
    Tokenizer tokenizer = load(format);
    int size = tokenizer.vocabSize();
    assertThat(size).isEqualTo(FIRST_BYTE + 256);
    for (int id : new int[] {-1, size, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      String why = "token id " + id + " is outside [0, " + size + ")";
      assertThatThrownBy(() -> tokenizer.decode(new int[] {4, id}))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(why);
      assertThatThrownBy(() -> tokenizer.streamingDecoder(true).append(id))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(why);
      assertThatThrownBy(() -> tokenizer.piece(id)).hasMessageContaining(why);
      assertThatThrownBy(() -> tokenizer.isSpecial(id)).hasMessageContaining(why);
    }
  }

  @Test
  void anIdWithoutATokenIsRefused() {
    Tokenizer tokenizer = new TinyJson().added(20, "x", "{}").load(folder);
    assertThat(tokenizer.vocabSize()).isEqualTo(21);
    assertThat(tokenizer.decode(new int[] {20})).isEqualTo("x");
    assertThatThrownBy(() -> tokenizer.decode(new int[] {15}))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no token has the id 15");
  }
}
