package org.tramontane.transformer.chat.internal;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.TagNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `{% macro name(a, b=1) %} .. {% endmacro %}`. A macro sees the names of the place that calls it.
final class MacroTag implements Tag {
  @Override
  public String getName() {
    return "macro";
  }

  @Override
  public String interpret(TagNode tag, JinjavaInterpreter jinjava) {
    TemplateInterpreter interpreter = TemplateInterpreter.of(jinjava);
    Statement.Definition head = interpreter.statement(tag, Statement.Definition.class);
    Callable macro =
        arguments ->
            interpreter.call(head.name(), tag.getChildren(), bound(head, arguments, interpreter));
    interpreter.getContext().put(head.name(), macro);
    return "";
  }

  private static Map<String, Object> bound(
      Statement.Definition head, Arguments arguments, TemplateInterpreter interpreter) {
    List<Statement.Parameter> parameters = head.parameters();
    arguments.of(
        "macro " + head.name(),
        parameters.stream().map(Statement.Parameter::name).toArray(String[]::new));
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; i < parameters.size(); i++) {
      Statement.Parameter parameter = parameters.get(i);
      Object value = arguments.get(i, parameter.name());
      Expression otherwise = parameter.otherwise();
      if (value == null) {
        value =
            otherwise == null
                ? new Undefined("parameter '" + parameter.name() + "' was not provided")
                : interpreter.value(otherwise, head.line());
      }
      values.put(parameter.name(), value);
    }
    return values;
  }
}
