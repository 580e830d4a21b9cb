package org.tramontane.transformer.chat.internal;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One rendering of a template: jinjava's, with statements by number in the place of its expressions, with the first
/// error ending it, and with bounds on what it may take.
final class TemplateInterpreter extends JinjavaInterpreter implements Scope {
  /// Nodes that a rendering may visit; a chat of a thousand messages takes some ten thousand.
  static final int MAX_STEPS = 2_000_000;

  static final long MAX_NANOS = 10_000_000_000L;
  private static final int MAX_CALLS = 32;

  /// How a loop's body was left.
  enum Leaving {
    NOT,
    BREAK,
    CONTINUE
  }

  private final List<Statement> statements;
  private final Map<String, Object> globals;
  private final long begun = System.nanoTime();
  private int steps;
  private int calls;
  private Leaving leaving = Leaving.NOT;

  TemplateInterpreter(
      Jinjava jinjava,
      Context context,
      JinjavaConfig config,
      List<Statement> statements,
      Map<String, Object> globals) {
    super(jinjava, context, config);
    this.statements = statements;
    this.globals = globals;
  }

  @Override
  public Object get(String name) {
    Object value = getContext().get(name);
    if (value == null) {
      value = globals.get(name);
    }
    return value == null ? Undefined.name(name) : value;
  }

  /// The statement whose number stands in a tag.
  <S extends Statement> S statement(TagNode tag, Class<S> type) {
    return type.cast(statements.get(Integer.parseInt(tag.getHelpers().trim())));
  }

  /// The value of an expression of a statement.
  Object value(Expression expression, int line) {
    step();
    try {
      return expression.value(this);
    } catch (TemplateFault e) {
      throw e.at(line);
    }
  }

  /// What jinjava asks for at each `{{ .. }}`.
  @Override
  public Object resolveELExpression(String number, int line) {
    Statement.Print print = (Statement.Print) statements.get(Integer.parseInt(number.trim()));
    return value(print.value(), print.line());
  }

  @Override
  public String getAsString(Object value) {
    return Python.text(value);
  }

  /// jinjava collects errors and goes on; here the first one is the end.
  @Override
  public void addError(TemplateError error) {
    throw new TemplateFault(error.getMessage());
  }

  private void step() {
    if (++steps > MAX_STEPS) {
      throw new TemplateFault("rendering takes more than " + MAX_STEPS + " steps");
    }
    if (System.nanoTime() - begun > MAX_NANOS) {
      throw new TemplateFault("rendering takes more than " + MAX_NANOS / 1_000_000_000 + " s");
    }
  }

  /// Renders nodes until a `break` or `continue` leaves them.
  void render(Iterable<Node> nodes, StringBuilder out) {
    for (Node node : nodes) {
      if (leaving != Leaving.NOT) {
        return;
      }
      step();
      Python.append(out, node.render(this).getValue());
    }
  }

  /// As above, into a text of its own.
  String render(Iterable<Node> nodes) {
    StringBuilder out = new StringBuilder();
    render(nodes, out);
    return out.toString();
  }

  void leave(Leaving how) {
    leaving = how;
  }

  /// How the body that was just rendered was left; the next one begins as usual.
  Leaving left() {
    Leaving how = leaving;
    leaving = Leaving.NOT;
    return how;
  }

  /// Renders a macro's body in a scope of its own.
  String call(String name, Iterable<Node> body, Map<String, Object> arguments) {
    if (++calls > MAX_CALLS) {
      throw new TemplateFault("macro " + name + " calls macros more than " + MAX_CALLS + " deep");
    }
    String text =
        inScope(
            () -> {
              getContext().putAll(arguments);
              return render(body);
            });
    calls--;
    return text;
  }

  /// Does `work` in a scope that forgets what is bound in it.
  <T> T inScope(Supplier<T> work) {
    enterScope();
    try {
      return work.get();
    } finally {
      leaveScope();
    }
  }

  /// Binds a value to a name, or to names by taking it apart.
  void bind(List<ExpressionParser.Target> targets, Object value, int line) {
    if (targets.size() == 1) {
      bind(targets.getFirst(), value, line);
      return;
    }
    List<Object> parts = Python.elements(value);
    if (parts.size() != targets.size()) {
      throw new TemplateFault(
          parts.size() + " values do not fit " + targets.size() + " names", line);
    }
    for (int i = 0; i < parts.size(); i++) {
      bind(targets.get(i), parts.get(i), line);
    }
  }

  private void bind(ExpressionParser.Target target, Object value, int line) {
    @Nullable String attribute = target.attribute();
    if (attribute == null) {
      getContext().put(target.name(), value);
    } else if (get(target.name()) instanceof Namespace namespace) {
      namespace.values().put(attribute, value);
    } else {
      throw new TemplateFault(
          "'" + target.name() + "' is no namespace(), so its attributes can't be set", line);
    }
  }

  static TemplateInterpreter of(JinjavaInterpreter interpreter) {
    return (TemplateInterpreter) interpreter;
  }
}
