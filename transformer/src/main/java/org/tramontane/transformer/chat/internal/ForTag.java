package org.tramontane.transformer.chat.internal;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import java.util.ArrayList;
import java.util.List;

/// `{% for a, b in items if condition %} .. {% else %} .. {% endfor %}`. What is set in a turn is gone in the next. As
/// in Jinja2, the `else` is for loops of which no turn came to its end.
final class ForTag implements Tag {
  @Override
  public String getName() {
    return "for";
  }

  @Override
  public String interpret(TagNode tag, JinjavaInterpreter jinjava) {
    TemplateInterpreter interpreter = TemplateInterpreter.of(jinjava);
    Statement.Loop head = interpreter.statement(tag, Statement.Loop.class);
    List<Node> body = new ArrayList<>();
    List<Node> otherwise = new ArrayList<>();
    List<Node> part = body;
    for (Node node : tag.getChildren()) {
      if (node instanceof TagNode inner && inner.getName().equals("else")) {
        part = otherwise;
      } else {
        part.add(node);
      }
    }
    List<Object> items = items(head, interpreter);
    StringBuilder out = new StringBuilder();
    boolean completed = false;
    List<Object> changing = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      LoopVariable turn = new LoopVariable(items, i, changing);
      Python.append(
          out,
          interpreter.inScope(
              () -> {
                interpreter.bind(head.targets(), items.get(turn.at()), head.line());
                interpreter.getContext().put("loop", turn);
                return interpreter.render(body);
              }));
      TemplateInterpreter.Leaving left = interpreter.left();
      completed |= left == TemplateInterpreter.Leaving.NOT;
      if (left == TemplateInterpreter.Leaving.BREAK) {
        break;
      }
    }
    if (!completed) {
      interpreter.render(otherwise, out);
    }
    return out.toString();
  }

  private static List<Object> items(Statement.Loop head, TemplateInterpreter interpreter) {
    Object value = interpreter.value(head.items(), head.line());
    List<Object> all;
    try {
      all = Python.elements(value);
    } catch (TemplateFault e) {
      throw e.at(head.line());
    }
    Expression filter = head.filter();
    if (filter == null) {
      return all;
    }
    return all.stream()
        .filter(
            item ->
                interpreter.inScope(
                    () -> {
                      interpreter.bind(head.targets(), item, head.line());
                      return Python.isTrue(interpreter.value(filter, head.line()));
                    }))
        .toList();
  }
}
