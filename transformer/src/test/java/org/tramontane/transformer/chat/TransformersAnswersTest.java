package org.tramontane.transformer.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.tramontane.transformer.chat.internal.JinjaTemplate;
import org.tramontane.transformer.chat.internal.TemplateFault;

/// Templates of the kinds that real models have, against what transformers writes; `README.md` beside the answers says
/// how they were made.
class TransformersAnswersTest {
  private static final JsonNode ANSWERS = answers();

  private static JsonNode answers() {
    try (InputStream in =
        Objects.requireNonNull(
            TransformersAnswersTest.class.getResourceAsStream("transformers.json"))) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, JsonNode> values(int conversation, boolean generate, boolean tools) {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    values.put("messages", ANSWERS.path("conversations").path(conversation));
    values.put("tools", tools ? ANSWERS.path("tools") : NullNode.instance);
    values.put("documents", NullNode.instance);
    values.put(
        "add_generation_prompt", com.fasterxml.jackson.databind.node.BooleanNode.valueOf(generate));
    ANSWERS
        .path("special_tokens")
        .properties()
        .forEach(token -> values.put(token.getKey(), token.getValue()));
    return values;
  }

  /// What a template writes; null where it refuses.
  private static @Nullable String render(String source, Map<String, JsonNode> values) {
    try {
      return new JinjaTemplate(source, LocalDateTime::now).render(values);
    } catch (TemplateFault e) {
      return null;
    }
  }

  @Test
  void templates() {
    SoftAssertions softly = new SoftAssertions();
    int written = 0;
    for (JsonNode answer : ANSWERS.path("cases")) {
      String text =
          render(
              ANSWERS.path("templates").path(answer.path("template").asText()).asText(),
              values(
                  answer.path("conversation").asInt(),
                  answer.path("add_generation_prompt").asBoolean(),
                  answer.path("tools").asBoolean()));
      written += text == null ? 0 : 1;
      softly.assertThat(text).as(answer.toString()).isEqualTo(answer.path("text").textValue());
    }
    softly.assertAll();
    assertThat(written).isGreaterThan(250);
  }

  @Test
  void snippets() {
    SoftAssertions softly = new SoftAssertions();
    int conversation = ANSWERS.path("snippets_conversation").asInt();
    int written = 0;
    for (JsonNode answer : ANSWERS.path("snippets")) {
      String text = render(answer.path("source").asText(), values(conversation, false, false));
      written += text == null ? 0 : 1;
      softly
          .assertThat(text)
          .as(answer.path("source").asText())
          .isEqualTo(answer.path("text").textValue());
    }
    softly.assertAll();
    assertThat(written).isGreaterThan(220);
  }
}
