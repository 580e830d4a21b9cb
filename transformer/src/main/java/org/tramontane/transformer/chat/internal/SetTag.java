package org.tramontane.transformer.chat.internal;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.FlexibleTag;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.tree.parse.TagToken;
import java.util.Set;

/// `{% set a = value %}`, `{% set a.b = value %}` for a namespace, and `{% set a | filter %} .. {% endset %}`.
final class SetTag implements Tag, FlexibleTag {
  /// The numbers of statements that bind a block's text.
  private final Set<Integer> blocks;

  SetTag(Set<Integer> blocks) {
    this.blocks = blocks;
  }

  @Override
  public String getName() {
    return "set";
  }

  @Override
  public boolean hasEndTag(TagToken token) {
    return blocks.contains(Integer.parseInt(token.getHelpers().trim()));
  }

  @Override
  public String interpret(TagNode tag, JinjavaInterpreter jinjava) {
    TemplateInterpreter interpreter = TemplateInterpreter.of(jinjava);
    Statement.Assignment set = interpreter.statement(tag, Statement.Assignment.class);
    Expression given = set.value();
    Object value =
        given == null ? block(tag, set, interpreter) : interpreter.value(given, set.line());
    interpreter.bind(set.targets(), value, set.line());
    return "";
  }

  private static Object block(
      TagNode tag, Statement.Assignment set, TemplateInterpreter interpreter) {
    return interpreter.inScope(
        () -> {
          String text = interpreter.render(tag.getChildren());
          interpreter.getContext().put(Statement.Assignment.BLOCK, text);
          return interpreter.value(set.filtered(), set.line());
        });
  }
}
