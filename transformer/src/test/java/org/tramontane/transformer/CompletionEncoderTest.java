package org.tramontane.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.UserError;

class CompletionEncoderTest {
  private static final MistralConfig CONFIG = MistralConfig.builder().build();

  /// Like SentencePiece: a text begins with a space of its own; "ab" is one token, 200; others are their characters.
  private static int[] encode(String text) {
    List<Integer> ids = new ArrayList<>();
    String rest = text.isEmpty() ? "" : " " + text;
    while (!rest.isEmpty()) {
      boolean pair = rest.startsWith("ab");
      ids.add(pair ? 200 : (int) rest.charAt(0));
      rest = rest.substring(pair ? 2 : 1);
    }
    return ids.stream().mapToInt(id -> id).toArray();
  }

  private final CompletionEncoder encoder =
      new CompletionEncoder(CompletionEncoderTest::encode, CONFIG);

  @Test
  void theResponseHasNoBeginningOfItsOwn() {
    Completion completion = encoder.completion("xy", "zx", false);
    assertThat(completion.promptIds()).containsExactly(1, ' ', 'x', 'y');
    assertThat(completion.responseIds()).containsExactly('z', 'x');
    assertThat(encoder.prompt("xy")).containsExactly(1, ' ', 'x', 'y');
  }

  @Test
  void eosEndsTheResponse() {
    assertThat(encoder.completion("x", "z", true).responseIds()).containsExactly('z', 2);
  }

  @Test
  void aTokenAcrossTheBorderIsTheResponses() {
    Completion completion = encoder.completion("xa", "bz", false);
    assertThat(completion.promptIds()).containsExactly(1, ' ', 'x');
    assertThat(completion.responseIds()).containsExactly(200, 'z');
  }

  @Test
  void anEmptyPromptIsBos() {
    Completion completion = encoder.completion("", "z", false);
    assertThat(completion.promptIds()).containsExactly(1);
    assertThat(completion.responseIds()).containsExactly(' ', 'z');
  }

  @Test
  void refusesWhatHasNoTokens() {
    assertThatThrownBy(() -> encoder.completion("x", "", false))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("the response is empty");
    CompletionEncoder bare = new CompletionEncoder(CompletionEncoderTest::encode, without());
    assertThat(bare.prompt("x")).containsExactly(' ', 'x');
    assertThatThrownBy(() -> bare.prompt(""))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("the prompt is empty");
    assertThatThrownBy(() -> bare.completion("x", "y", true))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("eos_token_id");
  }

  private static MistralConfig without() {
    return new MistralConfig(
        256,
        64,
        176,
        2,
        4,
        2,
        16,
        1e-5,
        10_000,
        OptionalInt.empty(),
        512,
        false,
        OptionalInt.empty(),
        List.of(),
        OptionalInt.empty(),
        0.02);
  }
}
