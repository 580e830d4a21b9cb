package org.tramontane.spac.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.CompletionEncoder.TextEncoder;
import org.tramontane.transformer.MistralConfig;

class ExampleEncoderTest {
  private static final int BOS = 1;
  private static final int EOS = 2;
  private static final MistralConfig CONFIG =
      MistralConfig.builder().vocabSize(128).maxPositions(16).build();

  /// One token per character, its code.
  private static final TextEncoder CHARACTERS = text -> text.chars().toArray();

  private static DataRow text(String prompt, String chosen, String rejected) {
    return new DataRow(
        "f: line 1",
        new Content.Text(prompt),
        new Content.Text(chosen),
        new Content.Text(rejected),
        null);
  }

  private static ExampleEncoder encoder(LengthLimits limits) {
    return new ExampleEncoder(CONFIG, CHARACTERS, limits);
  }

  @Test
  void putsBosBeforeThePromptAndEosAfterTheResponse() {
    ExampleEncoder encoder = encoder(LengthLimits.of(16));
    PreferenceExample example = encoder.preferences(List.of(text("ab", "c", "de"))).getFirst();
    assertThat(example.promptIds()).containsExactly(BOS, 'a', 'b');
    assertThat(example.chosen().responseIds()).containsExactly('c', EOS);
    assertThat(example.rejected().ids()).containsExactly(BOS, 'a', 'b', 'd', 'e', EOS);
    assertThat(example.self()).isNull();
    assertThat(encoder.truncatedPrompts()).isZero();
    assertThat(encoder.truncatedResponses()).isZero();
  }

  @Test
  void takesTokensAsTheyAre() {
    DataRow row =
        new DataRow(
            "f: line 1",
            new Content.Tokens(new int[] {9}),
            new Content.Tokens(new int[] {10}),
            new Content.Tokens(new int[] {11, EOS}),
            new Content.Tokens(new int[] {12}));
    PreferenceExample example =
        new ExampleEncoder(CONFIG, null, LengthLimits.of(16)).preferences(List.of(row)).getFirst();
    assertThat(example.completions())
        .extracting(Completion::ids)
        .containsExactly(new int[] {9, 10}, new int[] {9, 11, EOS}, new int[] {9, 12});
  }

  @Test
  void aLongPromptKeepsItsEndAndItsBos() {
    ExampleEncoder encoder = encoder(new LengthLimits(OptionalInt.of(4), 16));
    PreferenceExample example = encoder.preferences(List.of(text("abcdefgh", "x", "y"))).getFirst();
    assertThat(example.promptIds()).containsExactly(BOS, 'f', 'g', 'h');
    assertThat(encoder.truncatedPrompts()).isEqualTo(2); // in each of two completions
  }

  @Test
  void aLongResponseLosesItsEnd() {
    ExampleEncoder encoder = encoder(LengthLimits.of(6));
    PreferenceExample example = encoder.preferences(List.of(text("abc", "xyz", "y"))).getFirst();
    assertThat(example.chosen().responseIds()).containsExactly('x', 'y');
    assertThat(example.rejected().responseIds()).containsExactly('y', EOS);
    assertThat(encoder.truncatedResponses()).isEqualTo(1);
  }

  @Test
  void supervisedRowsAreEncodedOnce() {
    ExampleEncoder encoder = encoder(new LengthLimits(OptionalInt.of(2), 4));
    Completion completion = encoder.supervised(List.of(text("abc", "xyz", "y"))).getFirst();
    assertThat(completion.ids()).containsExactly(BOS, 'c', 'x', 'y');
    assertThat(encoder.truncatedPrompts()).isEqualTo(1);
    assertThat(encoder.truncatedResponses()).isEqualTo(1);
  }

  @Test
  void aPromptWithoutRoomForAResponseIsAnError() {
    assertThatThrownBy(
            () -> encoder(LengthLimits.of(4)).preferences(List.of(text("abc", "x", "y"))))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("f: line 1: the prompt has 4 tokens")
        .hasMessageContaining("max_length = 4");
  }

  @Test
  void aTokenOutsideOfTheVocabularyIsAnError() {
    assertThatThrownBy(
            () -> encoder(LengthLimits.of(16)).preferences(List.of(text("a", "\u00e9", "y"))))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "f: line 1: token id 233 is outside of the model's vocabulary of 128;"
                + " the tokenizer does not fit the model");
  }

  @Test
  void textWithoutATokenizerIsAnError() {
    assertThatThrownBy(
            () ->
                new ExampleEncoder(CONFIG, null, LengthLimits.of(16))
                    .preferences(List.of(text("a", "b", "c"))))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("f: line 1: text needs a tokenizer");
  }

  @Test
  void limitsAreChecked() {
    assertThatThrownBy(() -> encoder(LengthLimits.of(17)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("max_length = 17")
        .hasMessageContaining("max_position_embeddings = 16");
    assertThatThrownBy(() -> new LengthLimits(OptionalInt.of(8), 8))
        .hasMessage("max_prompt_length = 8; allowed: 1 or more, below max_length = 8");
    assertThatThrownBy(() -> LengthLimits.of(1)).hasMessage("max_length = 1; allowed: 2 or more");
  }
}
