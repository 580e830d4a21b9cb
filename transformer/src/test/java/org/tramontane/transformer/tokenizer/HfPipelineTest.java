package org.tramontane.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a `tokenizer.json` asks for before and in the model.
///
/// All expected ids are those of the Hugging Face `tokenizers` library, version 0.23.2, for the same `tokenizer.json`,
/// from `Tokenizer.from_str(json).encode(text, add_special_tokens=False).ids`.
class HfPipelineTest {
  /// A text and its ids.
  private record Case(String text, List<Integer> ids) {}

  @TempDir private Path folder;

  private static Case of(String text, int... ids) {
    return new Case(text, Arrays.stream(ids).boxed().toList());
  }

  private void check(TinyJson json, Case... cases) {
    Tokenizer tokenizer = json.load(folder);
    for (Case expected : cases) {
      assertThat(Arrays.stream(tokenizer.encode(expected.text())).boxed().toList())
          .as(expected.text())
          .isEqualTo(expected.ids());
    }
  }

  private static TinyJson plain() {
    return new TinyJson().metaspace("never", true);
  }

  private static TinyJson withCd(String flags) {
    return new TinyJson().metaspace("first", true).added(13, "cd", flags);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void metaspaceFirst(boolean split) {
    check(
        new TinyJson().metaspace("first", split),
        of("ab abc", 10, 10, 6),
        of("ab</s>ab", 10, 2, 9),
        of(" ab", 10),
        of("</s>ab ab", 2, 9, 10),
        of("ab </s> ab", 10, 3, 2, 10),
        of("  ab", 3, 10),
        of("ab  ", 10, 3, 3),
        of(""));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void metaspaceAlways(boolean split) {
    check(
        new TinyJson().metaspace("always", split),
        of("ab abc", 10, 10, 6),
        of("ab</s>ab", 10, 2, 10),
        of(" ab", 10),
        of("</s>ab ab", 2, 10, 10),
        of("ab </s> ab", 10, 3, 2, 10),
        of("  ab", 3, 10),
        of("ab  ", 10, 3, 3),
        of(""));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void metaspaceNever(boolean split) {
    check(
        new TinyJson().metaspace("never", split),
        of("ab abc", 9, 10, 6),
        of("ab</s>ab", 9, 2, 9),
        of(" ab", 10),
        of("</s>ab ab", 2, 9, 10),
        of("ab </s> ab", 9, 3, 2, 10),
        of("  ab", 3, 10),
        of("ab  ", 9, 3, 3),
        of(""));
  }

  @Test
  void metaspaceOfOlderFiles() {
    String metaspace = "{'type': 'Metaspace', 'replacement': '▁', 'add_prefix_space': %s}";
    check(
        new TinyJson().set("pre_tokenizer", metaspace.formatted("true")),
        of("ab abc", 10, 10, 6),
        of("ab</s>ab", 10, 2, 10));
    check(
        new TinyJson().set("pre_tokenizer", metaspace.formatted("false")),
        of("ab abc", 9, 10, 6),
        of("ab</s>ab", 9, 2, 9));
  }

  @Test
  void addedTokenWithoutFlags() {
    check(
        withCd("{'special': true}"),
        of("a cd b", 8, 3, 13, 3, 5),
        of("acdb", 8, 13, 5),
        of("a  cd  b", 8, 3, 3, 13, 3, 3, 5),
        of("cdcd", 13, 13),
        of("cd a", 13, 8),
        of("a\tcd\nb", 8, 0, 13, 0, 5),
        of("cd</s>cd", 13, 2, 13));
  }

  @Test
  void addedTokenThatTakesSpaceInFront() {
    check(
        withCd("{'special': true, 'lstrip': true}"),
        of("a cd b", 8, 13, 3, 5),
        of("acdb", 8, 13, 5),
        of("a  cd  b", 8, 13, 3, 3, 5),
        of("a\tcd\nb", 8, 13, 0, 5),
        of("a cd cd b", 8, 13, 13, 3, 5),
        of("\u00a0cd\u3000b", 13, 0, 5));
  }

  @Test
  void addedTokenThatTakesSpaceBehind() {
    check(
        withCd("{'special': true, 'rstrip': true}"),
        of("a cd b", 8, 3, 13, 5),
        of("a  cd  b", 8, 3, 3, 13, 5),
        of("cd a", 13, 4),
        of("a\tcd\nb", 8, 0, 13, 5),
        of("a cd cd b", 8, 3, 13, 13, 5),
        of("\u00a0cd\u3000b", 3, 0, 13, 5));
  }

  @Test
  void addedTokenThatTakesSpaceOnBothSides() {
    check(
        withCd("{'special': true, 'lstrip': true, 'rstrip': true}"),
        of("a  cd  b", 8, 13, 5),
        of("a cd", 8, 13),
        of("a cd cd b", 8, 13, 13, 5),
        of("\u00a0cd\u3000b", 13, 5));
  }

  @Test
  void addedTokenThatIsAWholeWord() {
    check(
        withCd("{'special': true, 'single_word': true}"),
        of("a cd b", 8, 3, 13, 3, 5),
        of("acdb", 8, 6, 7, 5),
        of("cd", 13),
        of("cdcd", 3, 6, 7, 6, 7),
        of("a_cd", 8, 0, 6, 7),
        of("a-cd b", 8, 0, 13, 3, 5),
        of("1cd", 3, 0, 6, 7),
        of("a\u0301cd", 8, 0, 6, 7),
        of("cd</s>cd", 13, 2, 13),
        of("\ud835\udfd8cd", 3, 0, 6, 7),
        of("cd\u200d", 3, 6, 7, 0));
  }

  @Test
  void theLongestAddedTokenWinsAndHidesOthers() {
    check(
        plain()
            .added(13, "cd", "{'special': true}")
            .added(14, "cda", "{'special': true}")
            .added(15, "dab", "{'special': true}"),
        of("cdab", 14, 5),
        of("cdcda", 13, 14),
        of("cdb", 13, 5),
        of("dabcd", 15, 13));
    check(
        plain()
            .added(13, "cd", "{'special': true}")
            .added(14, "cda", "{'special': true, 'single_word': true}"),
        of("cdab", 6, 7, 9),
        of("cda b", 14, 3, 5),
        of("cdcda", 13, 6, 7, 4));
  }

  @Test
  void addedTokenInNormalizedText() {
    String normalizer =
        """
        {'type': 'Sequence', 'normalizers': [{'type': 'Prepend', 'prepend': '▁'},
          {'type': 'Replace', 'pattern': {'String': ' '}, 'content': '▁'}]}
        """;
    check(
        new TinyJson()
            .set("normalizer", normalizer)
            .added(13, "b c", "{'special': false, 'normalized': false}"),
        of("ab b c a", 10, 3, 13, 3, 8),
        of("ab b c", 10, 3, 13),
        of("bb ca", 3, 5, 13, 8));
    check(
        new TinyJson()
            .set("normalizer", normalizer)
            .added(13, "b c", "{'special': false, 'normalized': true}"),
        of("ab b c a", 10, 13, 8),
        of("ab b c", 10, 13),
        of("bb ca", 3, 5, 5, 3, 6, 4));
  }

  @Test
  void unknownTokens() {
    check(
        plain(),
        of("xyz", 0, 0, 0),
        of("axyb", 4, 0, 0, 5),
        of("x</s>y", 0, 2, 0),
        of("xx ab", 0, 0, 10));
    check(
        plain().set("model.fuse_unk", "true"),
        of("xyz", 0),
        of("axyb", 4, 0, 5),
        of("xax", 0, 4, 0),
        of("x y", 0, 3, 0),
        of("x</s>y", 0, 2, 0),
        of("xx ab", 0, 10));
  }

  /// Without an unknown token the unknown is left out, and what stood on its two sides may merge.
  @Test
  void unknownWithoutAToken() {
    check(plain().set("model.unk_token", "null"), of("xyz"), of("axb", 9), of("xaxbxcx", 12));
  }

  @Test
  void ignoreMergesTakesWholeWordsFromTheVocabulary() {
    TinyJson json = plain().pieces("dd", "▁dd", "xy");
    check(json, of("dd", 7, 7), of("a dd", 4, 3, 7, 7), of("xy", 0, 0));
    check(
        json.set("model.ignore_merges", "true"),
        of("dd", 13),
        of("a dd", 4, 14),
        of("ddd", 7, 7, 7),
        of("add dd", 4, 7, 7, 14),
        of("xy", 15));
  }

  @Test
  void mergesMayBeArrays() {
    String merges = "[['a','b'], ['▁','a'], ['▁','ab'], ['b','c'], ['ab','c']]";
    check(
        plain().set("model.merges", merges),
        of("ab abc", 9, 10, 6),
        of("bc", 11),
        of("  ab", 3, 10),
        of("abc", 12));
  }

  /// Text from the same library's `decode(ids)`, which takes a special token out before it looks for the first one.
  @Test
  void metaspaceDecodes() {
    Tokenizer first = new TinyJson().metaspace("first", true).load(folder);
    assertThat(first.decode(new int[] {10, 10, 6})).isEqualTo("ab abc");
    assertThat(first.decode(new int[] {2, 10, 3, 2, 10})).isEqualTo("ab  ab");
    Tokenizer never = new TinyJson().metaspace("never", true).load(folder);
    assertThat(never.decode(new int[] {3, 10})).isEqualTo("  ab");
  }
}
