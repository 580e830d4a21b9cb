package org.tramontane.transformer.chat.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tramontane.transformer.chat.internal.Token.Kind;

/// Reads expressions by Jinja2's grammar, from the loosest binding to the tightest:
/// `a if b else c`, `or`, `and`, `not`, comparisons (chained), `+ -`, `~`, `* / // %`, `**`, signs, `. [] ()`, filters
/// and tests.
final class ExpressionParser extends TokenReader {
  private static final int MAX_DEPTH = 100;
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  /// Names behind which no argument of a test begins.
  private static final Set<String> NO_ARGUMENT =
      Set.of("else", "or", "and", "is", "if", "in", "not", "recursive");

  private int depth;

  /// A parser of a block's or an output's words.
  ///
  /// @param line of the block, for messages at its end
  ExpressionParser(List<Token> tokens, int line) {
    super(tokens, line);
  }

  /// An expression that may be a tuple without parentheses, up to the end.
  Expression whole() {
    Expression expression = tuple();
    requireEnd();
    return expression;
  }

  /// One expression or, where commas follow, a tuple.
  Expression tuple() {
    Expression first = expression();
    if (!isOperator(",")) {
      return first;
    }
    List<Expression> elements = new ArrayList<>(List.of(first));
    while (takeOperator(",")) {
      if (isEnd()) {
        break;
      }
      elements.add(expression());
    }
    return makeTuple(elements);
  }

  /// An expression with `if`.
  Expression expression() {
    enter();
    Expression value = or();
    while (takeName("if")) {
      Expression condition = or();
      Expression then = value;
      Expression otherwise =
          takeName("else")
              ? expression()
              : scope -> new Undefined("the inline if-expression had no else and was false");
      value =
          scope ->
              Python.isTrue(condition.value(scope)) ? then.value(scope) : otherwise.value(scope);
    }
    depth--;
    return value;
  }

  /// An expression without `if`, for what a loop runs over.
  Expression or() {
    Expression left = and();
    while (takeName("or")) {
      Expression a = left;
      Expression b = and();
      left =
          scope -> {
            Object value = a.value(scope);
            return Python.isTrue(value) ? value : b.value(scope);
          };
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (takeName("and")) {
      Expression a = left;
      Expression b = not();
      left =
          scope -> {
            Object value = a.value(scope);
            return Python.isTrue(value) ? b.value(scope) : value;
          };
    }
    return left;
  }

  private Expression not() {
    if (!takeName("not")) {
      return comparison();
    }
    enter();
    Expression value = not();
    depth--;
    return scope -> !Python.isTrue(value.value(scope));
  }

  private record Comparison(String sign, Expression right) {
    boolean holds(Object a, Object b) {
      return switch (sign) {
        case "==" -> Python.equal(a, b, 0);
        case "!=" -> !Python.equal(a, b, 0);
        case "<" -> Python.compare(a, b) < 0;
        case "<=" -> Python.compare(a, b) <= 0;
        case ">" -> Python.compare(a, b) > 0;
        case ">=" -> Python.compare(a, b) >= 0;
        case "in" -> Python.contains(b, a);
        default -> !Python.contains(b, a);
      };
    }
  }

  private Expression comparison() {
    Expression first = sum();
    List<Comparison> comparisons = new ArrayList<>();
    while (true) {
      if (!isEnd() && peek().kind() == Kind.OPERATOR && COMPARISONS.contains(peek().text())) {
        comparisons.add(new Comparison(take().text(), sum()));
      } else if (takeName("in")) {
        comparisons.add(new Comparison("in", sum()));
      } else if (isName("not") && isFollowedBy(Kind.NAME, "in")) {
        take();
        take();
        comparisons.add(new Comparison("not in", sum()));
      } else {
        break;
      }
    }
    if (comparisons.isEmpty()) {
      return first;
    }
    return scope -> {
      Object left = first.value(scope);
      for (Comparison comparison : comparisons) {
        Object right = comparison.right().value(scope);
        if (!comparison.holds(left, right)) {
          return false;
        }
        left = right;
      }
      return true;
    };
  }

  private Expression sum() {
    Expression left = concatenation();
    while (isOperator("+") || isOperator("-")) {
      left = arithmetic(take().text(), left, concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    Expression first = product();
    if (!isOperator("~")) {
      return first;
    }
    List<Expression> parts = new ArrayList<>(List.of(first));
    while (takeOperator("~")) {
      parts.add(product());
    }
    return scope -> {
      StringBuilder text = new StringBuilder();
      for (Expression part : parts) {
        Python.append(text, Python.text(part.value(scope)));
      }
      return text.toString();
    };
  }

  private Expression product() {
    Expression left = power();
    while (isOperator("*") || isOperator("/") || isOperator("//") || isOperator("%")) {
      left = arithmetic(take().text(), left, power());
    }
    return left;
  }

  private Expression power() {
    Expression left = unary(true);
    while (takeOperator("**")) {
      left = arithmetic("**", left, unary(true));
    }
    return left;
  }

  private static Expression arithmetic(String sign, Expression left, Expression right) {
    return scope -> Arithmetic.of(sign, left.value(scope), right.value(scope));
  }

  private Expression unary(boolean withFilters) {
    enter();
    Expression value;
    if (takeOperator("-")) {
      Expression negated = unary(false);
      value = scope -> Arithmetic.negative(negated.value(scope));
    } else if (takeOperator("+")) {
      value = arithmetic("+", constant(0L), unary(false));
    } else {
      value = postfix(primary());
    }
    depth--;
    return withFilters ? filters(value) : value;
  }

  private Expression primary() {
    if (isEnd()) {
      throw new TemplateFault("an expression ends too early", line());
    }
    Token token = take();
    return switch (token.kind()) {
      case NAME -> name(token);
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (!isEnd() && peek().kind() == Kind.STRING) {
          text.append(take().text());
        }
        yield constant(text.toString());
      }
      case INTEGER -> constant(integer(token));
      case FLOAT -> constant(Double.valueOf(token.text().replace("_", "")));
      case OPERATOR ->
          switch (token.text()) {
            case "(" -> parentheses();
            case "[" -> list(elements("]"));
            case "{" -> dict();
            default -> throw unexpected(token);
          };
    };
  }

  private static Expression constant(Object value) {
    return scope -> value;
  }

  private static Object integer(Token token) {
    try {
      return Long.valueOf(token.text().replace("_", ""));
    } catch (NumberFormatException e) {
      throw new TemplateFault("the number " + token.text() + " is too large", token.line());
    }
  }

  private static Expression name(Token token) {
    return switch (token.text()) {
      case "true", "True" -> constant(true);
      case "false", "False" -> constant(false);
      case "none", "None" -> constant(None.NONE);
      default -> {
        String name = token.text();
        yield scope -> scope.get(name);
      }
    };
  }

  private Expression parentheses() {
    if (takeOperator(")")) {
      return makeTuple(List.of());
    }
    Expression first = expression();
    if (takeOperator(")")) {
      return first;
    }
    List<Expression> elements = new ArrayList<>(List.of(first));
    expect(",");
    elements.addAll(elements(")"));
    return makeTuple(elements);
  }

  /// Expressions with commas between them, and the closing sign.
  private List<Expression> elements(String closing) {
    List<Expression> elements = new ArrayList<>();
    while (!takeOperator(closing)) {
      elements.add(expression());
      if (!isOperator(closing)) {
        expect(",");
      }
    }
    return elements;
  }

  private static Expression makeTuple(List<Expression> elements) {
    Expression list = list(elements);
    return scope -> new Tuple((List<?>) list.value(scope));
  }

  private static Expression list(List<Expression> elements) {
    return scope -> {
      List<Object> values = new ArrayList<>();
      elements.forEach(element -> values.add(element.value(scope)));
      return values;
    };
  }

  private Expression dict() {
    Map<Expression, Expression> entries = new LinkedHashMap<>();
    while (!takeOperator("}")) {
      Expression key = expression();
      expect(":");
      entries.put(key, expression());
      if (!isOperator("}")) {
        expect(",");
      }
    }
    return scope -> {
      Map<Object, Object> values = new LinkedHashMap<>();
      entries.forEach((key, value) -> values.put(key.value(scope), value.value(scope)));
      return values;
    };
  }

  private Expression postfix(Expression start) {
    Expression value = start;
    while (true) {
      if (takeOperator(".")) {
        value = dot(value);
      } else if (takeOperator("[")) {
        value = subscript(value);
      } else if (isOperator("(")) {
        value = call(value);
      } else {
        return value;
      }
    }
  }

  private Expression dot(Expression owner) {
    Token token = isEnd() ? new Token(Kind.OPERATOR, "the end", line()) : take();
    return switch (token.kind()) {
      case NAME -> {
        String name = token.text();
        yield scope -> Python.attribute(owner.value(scope), name);
      }
      case INTEGER -> {
        Object index = integer(token);
        yield scope -> Python.item(owner.value(scope), index);
      }
      default -> throw unexpected(token);
    };
  }

  private Expression subscript(Expression owner) {
    Expression from = isOperator(":") ? constant(None.NONE) : expression();
    if (takeOperator("]")) {
      return scope -> Python.item(owner.value(scope), from.value(scope));
    }
    expect(":");
    Expression to = isOperator(":") || isOperator("]") ? constant(None.NONE) : expression();
    Expression step = takeOperator(":") && !isOperator("]") ? expression() : constant(None.NONE);
    expect("]");
    return scope ->
        Python.slice(owner.value(scope), from.value(scope), to.value(scope), step.value(scope));
  }

  private interface ArgumentList {
    Arguments values(Scope scope);
  }

  private Expression call(Expression function) {
    int where = peek().line();
    ArgumentList arguments = arguments();
    return scope -> {
      Object callee = function.value(scope);
      if (callee instanceof Callable callable) {
        return callable.call(arguments.values(scope));
      }
      throw callee instanceof Undefined undefined
          ? undefined.fault().at(where)
          : new TemplateFault("a " + Python.typeName(callee) + " can't be called", where);
    };
  }

  private ArgumentList arguments() {
    expect("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!takeOperator(")")) {
      if (isOperator("*") || isOperator("**")) {
        throw new TemplateFault("'*' in arguments is not supported", peek().line());
      }
      if (!isEnd() && peek().kind() == Kind.NAME && isFollowedBy(Kind.OPERATOR, "=")) {
        String name = take().text();
        expect("=");
        named.put(name, expression());
      } else {
        positional.add(expression());
      }
      if (!isOperator(")")) {
        expect(",");
      }
    }
    return scope -> {
      List<Object> values = new ArrayList<>();
      positional.forEach(value -> values.add(value.value(scope)));
      Map<String, Object> byName = new LinkedHashMap<>();
      named.forEach((name, value) -> byName.put(name, value.value(scope)));
      return new Arguments(values, byName);
    };
  }

  private Expression filters(Expression start) {
    Expression value = start;
    while (true) {
      if (takeOperator("|")) {
        value = filter(value);
      } else if (takeName("is")) {
        value = test(value);
      } else if (isOperator("(")) {
        value = call(value);
      } else {
        return value;
      }
    }
  }

  /// The filters behind a `|` that was taken, on what `start` gives.
  Expression filter(Expression start) {
    Token name = expectName("the name of a filter");
    ArgumentList arguments = isOperator("(") ? arguments() : scope -> Arguments.NONE;
    Filters.Filter filter;
    try {
      filter = Filters.named(name.text());
    } catch (TemplateFault e) {
      throw e.at(name.line());
    }
    return scope -> filter.apply(start.value(scope), arguments.values(scope));
  }

  private Expression test(Expression start) {
    boolean negated = takeName("not");
    Token name = expectName("the name of a test");
    Tests.Test test;
    try {
      test = Tests.named(name.text());
    } catch (TemplateFault e) {
      throw e.at(name.line());
    }
    ArgumentList arguments;
    if (isOperator("(")) {
      arguments = arguments();
    } else if (beginsArgument()) {
      Expression argument = postfix(primary());
      arguments = scope -> new Arguments(List.of(argument.value(scope)), Map.of());
    } else {
      arguments = scope -> Arguments.NONE;
    }
    return scope -> test.passes(start.value(scope), arguments.values(scope)) != negated;
  }

  private boolean beginsArgument() {
    if (isEnd()) {
      return false;
    }
    return switch (peek().kind()) {
      case STRING, INTEGER, FLOAT -> true;
      case NAME -> !NO_ARGUMENT.contains(peek().text());
      case OPERATOR -> isOperator("[") || isOperator("{");
    };
  }

  private void enter() {
    if (++depth > MAX_DEPTH) {
      throw new TemplateFault("an expression is nested more than " + MAX_DEPTH + " deep", line());
    }
  }

  /// A name that is assigned to, with the attribute of a namespace behind it if there is one.
  record Target(String name, @Nullable String attribute) {}

  /// Names with commas between them.
  List<Target> targets() {
    boolean parenthesised = takeOperator("(");
    List<Target> targets = new ArrayList<>();
    do {
      String name = expectName("a name to assign to").text();
      targets.add(new Target(name, takeOperator(".") ? expectName("an attribute").text() : null));
    } while (takeOperator(","));
    if (parenthesised) {
      expect(")");
    }
    return targets;
  }
}
