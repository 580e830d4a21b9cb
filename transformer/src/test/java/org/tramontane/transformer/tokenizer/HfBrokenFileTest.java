package org.tramontane.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.tensor.UserError;

/// A broken or unsupported `tokenizer.json` gives one line that names file and key.
class HfBrokenFileTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          model                     | []                | model: expected an object, found []
          model                     | null              | model: expected an object
          model.type                | 'Unigram'         | model.type: the model Unigram is not supported
          model.type                | 3                 | model.type: expected a string, found 3
          model.dropout             | 0.1               | model.dropout: BPE dropout is not supported
          model.end_of_word_suffix  | '</w>'            | model.end_of_word_suffix: '</w>' is not supported
          model.fuse_unk            | 'yes'             | model.fuse_unk: expected true or false, found "yes"
          model.extra               | 1                 | model.extra: this key is not supported
          model.vocab               | ['a']             | model.vocab: expected an object
          model.vocab.a             | 'one'             | model.vocab.a: expected a whole number in [0, 16777216), found "one"
          model.vocab.a             | -1                | model.vocab.a: expected a whole number
          model.vocab.a             | 1.5               | model.vocab.a: expected a whole number
          model.vocab.a             | 4294967297        | model.vocab.a: expected a whole number
          model.vocab.a             | 5                 | has the id 5, which
          model.unk_token           | 'x'               | model.unk_token: 'x' is not in the vocabulary
          model.byte_fallback       | true              | model.byte_fallback: is on but the vocabulary lacks <0x00>
          model.merges              | 'a b'             | model.merges: expected an array
          model.merges              | ['a b', 'a x']    | model.merges[1]: 'x' is not in the vocabulary
          model.merges              | ['c d']           | model.merges[0]: 'cd' is not in the vocabulary
          model.merges              | ['ab']            | model.merges[0]: expected "left right"
          model.merges              | [['a','b','c']]   | model.merges[0]: expected "left right"
          model.merges              | [['a', 1]]        | model.merges[0]: expected "left right"
          model.merges              | [7]               | model.merges[0]: expected "left right"
          model.merges              | ['<unk> a']       | model.merges[0]: a merge of the byte or unknown token <unk>
          added_tokens              | {}                | added_tokens: expected an array
          added_tokens              | [3]               | added_tokens[0]: expected an object, found 3
          added_tokens              | [{'id': 1}]       | added_tokens[0].content: expected a string, found nothing
          added_tokens              | [{'content':'x'}] | added_tokens[0].id: expected a whole number
          added_tokens              | [{'id': 4, 'content': 'x'}] | added_tokens[0]: 'x' with id 4 contradicts another token
          added_tokens              | [{'id': 9, 'content': 'a'}] | added_tokens[0]: 'a' with id 9 contradicts another token
          added_tokens              | [{'id': 20, 'content': 'x'}, {'id': 21, 'content': 'x'}] | added_tokens[1]: 'x' with id 21 contradicts
          added_tokens              | [{'id': 20, 'content': 'x'}, {'id': 20, 'content': 'y'}] | added_tokens[1]: 'y' with id 20 contradicts
          decoder                   | null              | decoder: a tokenizer without a decoder is not supported
          decoder                   | {'type': 'ByteLevel'} | decoder.type: the decoder ByteLevel is not supported
          decoder                   | {'type': 'Sequence', 'decoders': [{'type': 'Strip', 'content': ' ', 'start': 1, 'stop': 0}]} | decoder.decoders[0]: Strip in this place is not supported
          normalizer                | {'type': 'NFC'}   | normalizer.type: the normalizer NFC is not supported
          normalizer                | {'type': 'Replace', 'pattern': {'Regex': '.'}, 'content': ''} | normalizer.pattern.Regex: a regular expression is not supported
          pre_tokenizer             | {'type': 'ByteLevel'} | pre_tokenizer.type: the pre-tokenizer ByteLevel is not supported
          pre_tokenizer             | {'type': 'Metaspace', 'replacement': 'ab'} | pre_tokenizer.replacement: expected one character
          pre_tokenizer             | {'type': 'Metaspace', 'replacement': '_', 'prepend_scheme': 'last'} | pre_tokenizer.prepend_scheme: expected first, always or never, found "last"
          pre_tokenizer             | {'type': 'Metaspace', 'replacement': '_', 'prepend_scheme': 'first', 'add_prefix_space': false} | contradicts add_prefix_space=false
          post_processor            | {'type': 'ByteLevel'} | post_processor.type: the post-processor ByteLevel is not supported
          post_processor            | {'type': 'TemplateProcessing', 'single': [{'SpecialToken': {'id': '<s>'}}]} | post_processor.special_tokens: expected an object
          post_processor            | {'type': 'TemplateProcessing', 'single': [{'SpecialToken': {'id': 'x'}}], 'special_tokens': {'x': {'ids': [99]}}} | post_processor.special_tokens.x.ids: 99 is outside [0, 13)
          extra                     | 1                 | extra: this key is not supported
          """)
  void aWrongValueIsNamed(String path, String value, String why) {
    TinyJson json = new TinyJson().set(path, value);
    assertThatThrownBy(() -> json.load(folder))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(folder.resolve("tokenizer.json") + ": ")
        .hasMessageContaining(why);
  }

  /// A file that ends early is never read as a smaller one.
  @Test
  void everyTruncationIsRefused() {
    String json = new TinyJson().metaspace("first", true).toString();
    for (int length = 0; length < json.length(); length++) {
      String part = json.substring(0, length);
      assertThatThrownBy(() -> TinyJson.load(folder, part))
          .as("the first %d characters", length)
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(folder.resolve("tokenizer.json") + ": ");
    }
  }

  /// Damaged characters give a user's error or a tokenizer that works, never another exception.
  @Test
  void damageIsAnErrorForTheUserOrHarmless() {
    String json = new TinyJson().bytes().metaspace("first", true).toString();
    String alphabet = "\"{}[]:,0123456789-.eE\\ubcan \u2581\u0000";
    int refused = 0;
    for (int seed = 0; seed < 2000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      StringBuilder damaged = new StringBuilder(json);
      for (int hits = random.nextInt(1, 4); hits > 0; hits--) {
        // Most of the file is the byte pieces; the rest is what this is about.
        int at = random.nextInt(random.nextBoolean() ? damaged.length() : 600);
        damaged.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
      }
      Throwable thrown =
          catchThrowable(
              () -> {
                Tokenizer tokenizer = TinyJson.load(folder, damaged.toString());
                tokenizer.decode(tokenizer.encode("ab abc</s> \u00e9x"));
              });
      if (thrown != null) {
        assertThat(thrown).as("seed %d", seed).isInstanceOf(UserError.class);
        refused++;
      }
    }
    assertThat(refused).isBetween(500, 1999);
  }
}
