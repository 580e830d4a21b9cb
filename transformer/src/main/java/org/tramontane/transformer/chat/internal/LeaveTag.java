package org.tramontane.transformer.chat.internal;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.TagNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.tramontane.transformer.chat.internal.TemplateInterpreter.Leaving;

/// `{% break %}` or `{% continue %}`.
final class LeaveTag implements Tag {
  private final Leaving how;

  LeaveTag(Leaving how) {
    this.how = how;
  }

  @Override
  public String getName() {
    return how.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public @Nullable String getEndTagName() {
    return null;
  }

  @Override
  public String interpret(TagNode tag, JinjavaInterpreter jinjava) {
    TemplateInterpreter.of(jinjava).leave(how);
    return "";
  }
}
