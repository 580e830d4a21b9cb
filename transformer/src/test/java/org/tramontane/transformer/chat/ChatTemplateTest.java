package org.tramontane.transformer.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tramontane.tensor.UserError;

class ChatTemplateTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CHATML =
      "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{{ eos_token }}{% endfor %}";

  @TempDir Path folder;

  static List<ObjectNode> messages(String... rolesAndContents) {
    List<ObjectNode> messages = new ArrayList<>();
    for (int i = 0; i < rolesAndContents.length; i += 2) {
      messages.add(
          JSON.createObjectNode()
              .put("role", rolesAndContents[i])
              .put("content", rolesAndContents[i + 1]));
    }
    return messages;
  }

  private static String render(String source) {
    return new ChatTemplate("t", source, Map.of("eos_token", "</s>"))
        .render(messages("user", "Hi"), false);
  }

  private void config(String json) throws IOException {
    Files.writeString(folder.resolve("tokenizer_config.json"), json);
  }

  @Test
  void theConfigurationHasATextAndTokensInBothForms() throws IOException {
    ObjectNode config = JSON.createObjectNode().put("chat_template", "{{ bos_token }}" + CHATML);
    config.put("bos_token", "<s>");
    config.putObject("eos_token").put("content", "</s>");
    config.putNull("pad_token");
    config(config.toString());
    ChatTemplate template = ChatTemplate.find(folder).orElseThrow();
    assertThat(template.render(messages("user", "Hi"), false)).isEqualTo("<s><|user|>Hi</s>");
    assertThat(template.origin()).endsWith("tokenizer_config.json: chat_template");
    assertThat(template.specialTokens()).isEqualTo(Map.of("bos_token", "<s>", "eos_token", "</s>"));
  }

  @Test
  void aFileOfItsOwnWins() throws IOException {
    config("{\"chat_template\": \"old\", \"eos_token\": \"</s>\"}");
    Files.writeString(folder.resolve("chat_template.jinja"), CHATML);
    ChatTemplate template = ChatTemplate.find(folder).orElseThrow();
    assertThat(template.render(messages("user", "Hi"), false)).isEqualTo("<|user|>Hi</s>");
    assertThat(template.origin()).endsWith("chat_template.jinja");
  }

  @Test
  void ofAListTheDefaultIsTaken() throws IOException {
    config(
        """
        {"chat_template": [{"name": "tool_use", "template": "tools"}, {"name": "default", "template": "plain"}]}
        """);
    assertThat(ChatTemplate.find(folder).orElseThrow().render(List.of(), true)).isEqualTo("plain");
  }

  @Test
  void aFolderMayHaveNone() throws IOException {
    assertThat(ChatTemplate.find(folder)).isEmpty();
    config("{\"eos_token\": \"</s>\"}");
    assertThat(ChatTemplate.find(folder)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"chat_template\": 5} | neither a text nor a list",
        "{\"chat_template\": [{\"name\": \"rag\", \"template\": \"x\"}]} | no template is called 'default' among [rag]",
        "{\"chat_template\": | not valid JSON",
        "{\"chat_template\": \"{% if %}\"} | chat_template: line 1: an expression ends too early"
      })
  void aConfigurationThatIsWrong(String json, String cause) throws IOException {
    config(json);
    assertThatThrownBy(() -> ChatTemplate.find(folder))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageContaining(cause);
  }

  @ParameterizedTest
  @CsvSource({
    "%d %b %Y, 05 Mar 2024",
    "%A %-d. %B, Tuesday 5. March",
    "%y-%m-%dT%H:%M:%S, 24-03-05T14:07:09",
    "%I:%M %p %j %%, 02:07 PM 065 %"
  })
  void theClockIsRead(String pattern, String expected) {
    ChatTemplate template =
        new ChatTemplate(
            "t",
            "{{ strftime_now('" + pattern + "') }}",
            Map.of(),
            () -> LocalDateTime.of(2024, 3, 5, 14, 7, 9));
    assertThat(template.render(List.of(), false)).isEqualTo(expected);
  }

  /// What a message says is data, whatever it looks like.
  @Test
  void contentIsNotRendered() {
    ChatTemplate template = new ChatTemplate("t", CHATML, Map.of("eos_token", "{{ 1 }}"));
    assertThat(template.render(messages("user", "{{ 7 * 7 }}{% if %}{# #}"), false))
        .isEqualTo("<|user|>{{ 7 * 7 }}{% if %}{# #}{{ 1 }}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ ''.getClass().forName('java.lang.Runtime') }}",
        "{{ ''['class'].forName('java.lang.Runtime').getRuntime() }}",
        "{{ ''.bytes.class }}",
        "{{ messages.getClass() }}",
        "{{ messages.stream().toList() }}",
        "{{ ____int3rpr3t3r____.config.elResolver }}",
        "{{ interpreter.getContext().parent }}",
        "{{ filter:length.filter('a', ____int3rpr3t3r____) }}",
        "{{ type(5).newInstance() }}",
        "{{ range(3).toString() }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ 'a'.concat('b') }}",
        "{{ namespace().values.clear() }}",
        "{% include '/etc/passwd' %}",
        "{% import 'x' as y %}",
        "{% from 'x' import y %}",
        "{% extends 'x' %}",
        "{% do messages.clear() %}"
      })
  void nothingOfJavaCanBeReached(String source) {
    assertRefused(source);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
        "{% for a in range(100000) %}{{ 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' }}{% endfor %}",
        "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x | replace('', ns.x) %}{% endfor %}",
        "{% set ns = namespace(x=['a']) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=['a']) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=['a']) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(50000) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x == [ns.x] }}",
        "{{ 'a' * 999999999999 }}",
        "{{ [0] * 999999999999 }}",
        "{{ 'a' | indent(2147483647) }}",
        "{{ ('a' * 2000000) | replace('a', 'b' * 2000000) }}",
        "{{ ('b' * 2000).join(range(9999) | map('string')) }}",
        "{{ 10 ** 99 }}",
        "{{ {'a': 1} | tojson(indent=1000000000) }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}"
      })
  void aRenderingIsBounded(String source) {
    long begun = System.nanoTime();
    assertRefused(source);
    assertThat(System.nanoTime() - begun).isLessThan(20_000_000_000L);
  }

  @Test
  void nestingIsBounded() {
    assertRefused("{{ " + "(".repeat(50_000) + "1" + ")".repeat(50_000) + " }}");
    assertRefused("{{ " + "-".repeat(50_000) + "1 }}");
    assertRefused("{{ " + "not ".repeat(50_000) + "1 }}");
    assertRefused("{{ 1" + " if 1 else 2".repeat(10_000) + " }}");
    assertRefused("{{ x" + ".a".repeat(100_000) + " }}");
    assertRefused("{% if 1 %}".repeat(5_000) + "{% endif %}".repeat(5_000));
    assertRefused("x".repeat(1 << 19));
  }

  private static void assertRefused(String source) {
    assertThatThrownBy(() -> render(source))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("t: ")
        .message()
        .hasLineCount(1)
        .hasSizeLessThan(600);
  }
}
