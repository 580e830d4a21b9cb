package org.tramontane.spac.eval.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.tramontane.spac.eval.task.Request;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.CompletionEncoder.TextEncoder;

/// Hand-built cases of the harness's encoding.
class RequestEncoderTest {
  private static final int EOS = 2;

  /// A token per character, but `ab` is one (300), and `:c` is one (301).
  private static int[] encode(String text) {
    return text.replace("ab", "\u012c").replace(":c", "\u012d").chars().toArray();
  }

  private static RequestEncoder encoder(int maxLength, boolean truncate) {
    TextEncoder tokenizer = RequestEncoderTest::encode;
    return new RequestEncoder(tokenizer, OptionalInt.of(EOS), maxLength, truncate);
  }

  private static Completion encode(String context, String continuation) {
    return encoder(100, true).encode(new Request.LogLikelihood(context, continuation));
  }

  @Test
  void theContinuationIsWhatTheWholeHasBeyondTheContext() {
    Completion plain = encode("x:", " y");
    assertThat(plain.promptIds()).containsExactly('x', ':');
    assertThat(plain.responseIds()).containsExactly(' ', 'y');
  }

  @Test
  void trailingSpacesGoToTheContinuation() {
    Completion moved = encode("x: \n", "y");
    assertThat(moved.promptIds()).containsExactly('x', ':');
    assertThat(moved.responseIds()).containsExactly(' ', '\n', 'y');
  }

  @Test
  void whereTokensMergeTheContextKeepsItsOwn() {
    // Context "x:" is 2 tokens, the whole "x:cd" is [x, 301, d]: the continuation is what is left
    // after 2 of those.
    Completion merged = encode("x:", "cd");
    assertThat(merged.promptIds()).containsExactly('x', ':');
    assertThat(merged.responseIds()).containsExactly('d');
    assertThatThrownBy(() -> encode("x:", "c"))
        .isInstanceOf(UserError.class)
        .hasMessage("the continuation 'c' has no token of its own");
    Completion split = encode("xa", "bc");
    assertThat(split.promptIds()).containsExactly('x', 'a');
    assertThat(split.responseIds()).containsExactly('c');
  }

  @Test
  void anEmptyContinuationHasNoTokens() {
    assertThatThrownBy(() -> encode("x", "")).hasMessageContaining("has no token of its own");
    assertThat(encode("x", " ").responseIds()).containsExactly(' ');
  }

  @Test
  void eosStandsForAnEmptyContextOnly() {
    Completion completion = encode("", "yz");
    assertThat(completion.promptIds()).containsExactly(EOS);
    assertThat(completion.responseIds()).containsExactly('y', 'z');
    assertThatThrownBy(() -> encode(" ", "y")).hasMessageContaining("a context without a token");
    RequestEncoder none =
        new RequestEncoder(RequestEncoderTest::encode, OptionalInt.empty(), 9, true);
    assertThatThrownBy(() -> none.encode(new Request.LogLikelihood("", "y")))
        .hasMessageContaining("no eos_token_id");
  }

  @Test
  void truncationFromTheLeft() {
    RequestEncoder encoder = encoder(4, true);
    // Five tokens fit, because the last is only predicted.
    Completion fits = encoder.encode(new Request.LogLikelihood("123", "45"));
    assertThat(fits.promptIds()).containsExactly('1', '2', '3');
    assertThat(encoder.truncated()).isZero();
    Completion cut = encoder.encode(new Request.LogLikelihood("01234", "56"));
    assertThat(cut.promptIds()).containsExactly('2', '3', '4');
    assertThat(cut.responseIds()).containsExactly('5', '6');
    Completion one = encoder.encode(new Request.LogLikelihood("01234", "5678"));
    assertThat(one.promptIds()).containsExactly('4');
    assertThat(encoder.truncated()).isEqualTo(2);
    assertThatThrownBy(() -> encoder.encode(new Request.LogLikelihood("0", "12345")))
        .hasMessage("a continuation of 5 tokens does not fit the model, which reads 4 at most");
  }

  @Test
  void aLongContextIsAnErrorWhereItMayNotBeCut() {
    assertThatThrownBy(() -> encoder(4, false).encode(new Request.LogLikelihood("01234", "5")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(
            "a context of 5 tokens is longer than the model takes beside its answer, 4")
        .hasMessageContaining("--truncate left");
  }

  @Test
  void generationLeavesRoomForItsTokens() {
    RequestEncoder encoder = encoder(258, true);
    Request.GreedyUntil request = new Request.GreedyUntil("123 ", java.util.List.of());
    assertThat(encoder.encode(request)).containsExactly('2', '3');
    assertThatThrownBy(() -> encoder(256, true).encode(request))
        .hasMessageContaining("leaves no room for its context; the model reads 256 tokens at most");
  }
}
