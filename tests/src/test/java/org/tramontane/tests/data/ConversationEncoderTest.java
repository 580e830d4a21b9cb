package org.tramontane.tests.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.UserError;
import org.tramontane.tests.Shared;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.chat.ChatTemplate;
import org.tramontane.transformer.chat.ConversationEncoder;
import org.tramontane.transformer.tokenizer.Tokenizer;
import org.tramontane.transformer.tokenizer.Tokenizers;

/// Conversations with the tokenizer of a real checkpoint; the ids are those of Hugging Face's tokenizers.
class ConversationEncoderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> TOKENS = Map.of("bos_token", "<s>", "eos_token", "</s>");
  private static final String INSTRUCT =
      "{{ bos_token }}{% for m in messages %}{% if m.role == 'user' %}[INST] {{ m.content }} [/INST]{% else %}{{"
          + " m.content + eos_token }}{% endif %}{% endfor %}";
  private static final String TAGS =
      "{% for m in messages %}{{ '<|' + m.role + '|>\\n' + m.content + eos_token + '\\n' }}{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}";

  private static List<ObjectNode> message(String role, String content) {
    return List.of(JSON.createObjectNode().put("role", role).put("content", content));
  }

  private static ConversationEncoder encoder(String template) {
    return new ConversationEncoder(
        new ChatTemplate("template", template, TOKENS),
        Tokenizers.load(Shared.path("data/weights/stories260K-hf")));
  }

  @Test
  void theTemplateWritesTheOnlyBos() {
    ConversationEncoder encoder = encoder(INSTRUCT);
    assertThat(encoder.prompt(message("user", "Hi")))
        .containsExactly(
            1, 410, 508, 442, 458, 437, 434, 509, 320, 417, 410, 508, 492, 442, 458, 437, 434, 509);
    Completion completion =
        encoder.completion(message("user", "Hi"), message("assistant", "Once upon a time"));
    assertThat(completion.ids())
        .containsExactly(
            1, 410, 508, 442, 458, 437, 434, 509, 320, 417, 410, 508, 492, 442, 458, 437, 434, 509,
            441, 416, 331, 407, 261, 378, 2);
    assertThat(completion.promptIds())
        .containsExactly(
            1, 410, 508, 442, 458, 437, 434, 509, 320, 417, 410, 508, 492, 442, 458, 437, 434, 509);
  }

  @Test
  void theResponseBeginsBehindTheGenerationPrompt() {
    ConversationEncoder encoder = encoder(TAGS);
    Completion completion =
        encoder.completion(message("user", "Hi"), message("assistant", "Once upon a time"));
    assertThat(encoder.prompt(message("user", "Hi")))
        .containsExactly(
            410, 504, 506, 425, 419, 285, 506, 505, 13, 440, 417, 2, 410, 13, 504, 506, 412, 419,
            419, 293, 413, 303, 413, 506, 505, 13);
    assertThat(completion.ids())
        .containsExactly(
            410, 504, 506, 425, 419, 285, 506, 505, 13, 440, 417, 2, 410, 13, 504, 506, 412, 419,
            419, 293, 413, 303, 413, 506, 505, 13, 441, 416, 331, 407, 261, 378, 2, 410, 13);
    assertThat(completion.promptIds())
        .containsExactly(
            410, 504, 506, 425, 419, 285, 506, 505, 13, 440, 417, 2, 410, 13, 504, 506, 412, 419,
            419, 293, 413, 303, 413, 506, 505, 13);
  }

  @Test
  void aTemplateThatChangesThePromptIsRefused() {
    ConversationEncoder encoder =
        encoder("{{ messages | length }}{% for m in messages %}{{ m.content }}{% endfor %}");
    assertThatThrownBy(() -> encoder.completion(message("user", "a"), message("assistant", "b")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("the prompt is written otherwise from character 1 on");
  }

  @Test
  void aTokenizerThatDoesNotKnowSpecialTokensInTextIsRefused() {
    Tokenizer pieces = Tokenizers.load(Shared.path("data/tokenizers/mistral/tokenizer.model.v1"));
    ChatTemplate template = new ChatTemplate("template", INSTRUCT, TOKENS);
    assertThatThrownBy(() -> new ConversationEncoder(template, pieces))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("as common text; a chat template needs a tokenizer.json");
  }
}
