package org.tramontane.transformer.chat.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.tree.Node;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.tramontane.transformer.chat.internal.TemplateInterpreter.Leaving;

/// A Jinja template with the environment that transformers gives to chat templates: `trim_blocks`, `lstrip_blocks`,
/// loop controls, `raise_exception`, `strftime_now`, its own `tojson`, and the `generation` tag.
///
/// A template comes with a checkpoint and is a program of a stranger. It can reach the values that it is given and
/// nothing else: no Java object, no file, no other template. Size, depth, steps and time are bounded.
///
/// Instances are immutable.
public final class JinjaTemplate {
  /// Characters of a template; the longest that are known have some twenty thousand.
  public static final int MAX_SOURCE = 1 << 18;

  private final List<Statement> statements;
  private final Jinjava jinjava;
  private final JinjavaConfig config;
  private final String tree;
  private final Map<String, Object> globals;

  /// Reads a template.
  ///
  /// @param clock what `strftime_now` reads
  /// @throws TemplateFault if it is broken, or uses what is not supported
  public JinjaTemplate(String source, Supplier<LocalDateTime> clock) {
    if (source.length() > MAX_SOURCE) {
      throw new TemplateFault(
          "the template has " + source.length() + " characters; allowed: up to " + MAX_SOURCE);
    }
    TemplateCompiler.Compiled compiled;
    try {
      compiled = TemplateCompiler.compile(source);
    } catch (StackOverflowError e) {
      throw new TemplateFault("the template is nested too deep");
    }
    this.statements = compiled.statements();
    this.tree = compiled.tree();
    this.globals = Globals.with(clock);
    this.config =
        JinjavaConfig.newBuilder()
            .withNestedInterpretationEnabled(false)
            .withKeepTrailingNewline(true)
            .withMaxOutputSize(Python.MAX_SIZE)
            .withLegacyOverrides(
                LegacyOverrides.newBuilder().withParseWhitespaceControlStrictly(true).build())
            .build();
    this.jinjava = new Jinjava(config);
    Set<Integer> blocks = new HashSet<>();
    for (int i = 0; i < statements.size(); i++) {
      if (statements.get(i) instanceof Statement.Assignment set && set.value() == null) {
        blocks.add(i);
      }
    }
    jinjava.registerTag(new IfTag());
    jinjava.registerTag(new ForTag());
    jinjava.registerTag(new SetTag(blocks));
    jinjava.registerTag(new MacroTag());
    jinjava.registerTag(new GenerationTag());
    jinjava.registerTag(new LeaveTag(Leaving.BREAK));
    jinjava.registerTag(new LeaveTag(Leaving.CONTINUE));
  }

  /// Renders it.
  ///
  /// @param values by name
  /// @throws TemplateFault if the template refuses, fails or takes too much
  public String render(Map<String, JsonNode> values) {
    Map<String, Object> bindings = new LinkedHashMap<>();
    values.forEach((name, value) -> bindings.put(name, ofJson(value)));
    TemplateInterpreter interpreter =
        new TemplateInterpreter(
            jinjava,
            new Context(jinjava.getGlobalContextCopy(), bindings),
            config,
            statements,
            globals);
    try {
      Node root = interpreter.parse(tree);
      return interpreter.render(root);
    } catch (StackOverflowError e) {
      throw new TemplateFault("rendering is nested too deep");
    }
  }

  private static Object ofJson(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> node.textValue();
      case BOOLEAN -> node.booleanValue();
      case NUMBER ->
          node.canConvertToExactIntegral() && node.isIntegralNumber() && node.canConvertToLong()
              ? (Object) node.longValue()
              : (Object) node.doubleValue();
      case ARRAY -> {
        List<Object> list = new ArrayList<>();
        node.forEach(element -> list.add(ofJson(element)));
        yield list;
      }
      case OBJECT -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        node.properties().forEach(entry -> map.put(entry.getKey(), ofJson(entry.getValue())));
        yield map;
      }
      case NULL, MISSING, BINARY, POJO -> None.NONE;
    };
  }
}
