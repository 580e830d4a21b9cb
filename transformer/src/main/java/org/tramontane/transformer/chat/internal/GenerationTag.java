package org.tramontane.transformer.chat.internal;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.TagNode;

/// `{% generation %} .. {% endgeneration %}`, by which transformers marks what the assistant says; the text is printed
/// as it is.
final class GenerationTag implements Tag {
  @Override
  public String getName() {
    return "generation";
  }

  @Override
  public String interpret(TagNode tag, JinjavaInterpreter jinjava) {
    return TemplateInterpreter.of(jinjava).render(tag.getChildren());
  }
}
