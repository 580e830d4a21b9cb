package org.tramontane.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.CompletionEncoder;
import org.tramontane.transformer.MistralConfig;

class ScoreInputTest {
  private static final MistralConfig CONFIG =
      MistralConfig.builder().vocabSize(256).maxPositions(6).build();

  private static ScoreInput read(String line, boolean eos) {
    CompletionEncoder encoder = new CompletionEncoder(text -> text.chars().toArray(), CONFIG);
    return new ScoreInput.Reader(CONFIG, () -> encoder, eos).read("file.jsonl:7", line);
  }

  @Test
  void idsAreScoredAfterTheFirst() {
    ScoreInput input = read("{\"ids\":[1,5,6],\"note\":\"kept by the user\"}", true);
    assertThat(input.completion().promptIds()).containsExactly(1);
    assertThat(input.completion().responseIds()).containsExactly(5, 6);
    assertThat(input.text()).isFalse();
  }

  @Test
  void idsOfPromptAndResponse() {
    ScoreInput input = read("{\"prompt_ids\":[1,5],\"response_ids\":[6]}", true);
    assertThat(input.completion().promptIds()).containsExactly(1, 5);
    assertThat(input.completion().responseIds()).containsExactly(6);
  }

  @Test
  void textHasBosAndEosWhereAskedFor() {
    String line = "{\"prompt\":\"ab\",\"response\":\"cd\"}";
    assertThat(read(line, false).completion().promptIds()).containsExactly(1, 'a', 'b');
    assertThat(read(line, false).completion().responseIds()).containsExactly('c', 'd');
    assertThat(read(line, true).completion().responseIds()).containsExactly('c', 'd', 2);
    assertThat(read(line, true).text()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"ids\":[1,5                          | broken JSON",
        "{\"ids\":[1]}                          | 1 tokens; allowed: 2 or more",
        "{\"ids\":[1,2.5]}                      | ids[1] = 2.5",
        "{\"ids\":[1,99999999999]}              | ids[1] = 99999999999",
        "{\"ids\":\"x\"}                        | ids is STRING",
        "{\"ids\":[1,256]}                      | token id 256",
        "{\"ids\":[1,-1]}                       | token id -1",
        "{\"ids\":[1,2,3,4,5,6,7]}              | max_position_embeddings = 6",
        "{\"prompt_ids\":[1],\"response_ids\":[]} | empty response",
        "{\"prompt_ids\":[],\"response_ids\":[1]} | empty prompt",
        "{\"prompt\":\"a\",\"response\":\"\"}   | the response is empty",
        "{\"prompt\":\"a\",\"response\":5}      | response is NUMBER",
        "{\"prompt\":\"a\"}                     | allowed: {\"ids\"",
        "{\"ids\":[1,2],\"prompt\":\"a\"}       | the keys are [ids, prompt]",
        "[1,2]                                  | the keys are []",
      })
  void oneLineNamesThePlaceAndTheCause(String line, String cause) {
    assertThatThrownBy(() -> read(line, false))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("file.jsonl:7: ")
        .hasMessageContaining(cause)
        .message()
        .hasLineCount(1);
  }
}
