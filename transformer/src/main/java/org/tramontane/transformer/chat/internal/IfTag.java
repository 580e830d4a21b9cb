package org.tramontane.transformer.chat.internal;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import java.util.ArrayList;
import java.util.List;

/// `{% if %} .. {% elif %} .. {% else %} .. {% endif %}`.
final class IfTag implements Tag {
  @Override
  public String getName() {
    return "if";
  }

  @Override
  public String interpret(TagNode tag, JinjavaInterpreter jinjava) {
    TemplateInterpreter interpreter = TemplateInterpreter.of(jinjava);
    List<Node> chosen = new ArrayList<>();
    boolean taken = holds(tag, interpreter);
    boolean done = taken;
    for (Node node : tag.getChildren()) {
      if (node instanceof TagNode inner && inner.getName().equals("elif")) {
        taken = !done && holds(inner, interpreter);
        done |= taken;
      } else if (node instanceof TagNode inner && inner.getName().equals("else")) {
        taken = !done;
        done = true;
      } else if (taken) {
        chosen.add(node);
      }
    }
    return interpreter.render(chosen);
  }

  private static boolean holds(TagNode tag, TemplateInterpreter interpreter) {
    Statement.Condition condition = interpreter.statement(tag, Statement.Condition.class);
    return Python.isTrue(interpreter.value(condition.value(), condition.line()));
  }
}
