package org.tramontane.transformer.chat.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.tramontane.transformer.chat.internal.ExpressionParser.Target;

/// Makes statements of a template, and the tree of tags for jinjava, in which each statement is a number.
///
/// So all words of a template are understood, and refused if they are not, before anything is rendered.
final class TemplateCompiler {
  /// Blocks that can be nested; far above any template.
  private static final int MAX_NESTING = 64;

  private static final Set<String> KNOWN =
      Set.of("if", "elif", "else", "for", "set", "macro", "generation", "break", "continue");

  /// A block that is open.
  ///
  /// @param name of the tag
  /// @param line where it began
  private record Open(String name, int line) {}

  private final List<Statement> statements = new ArrayList<>();
  private final StringBuilder tree = new StringBuilder();
  private final Deque<Open> open = new ArrayDeque<>();

  private TemplateCompiler() {}

  /// What a template was made into.
  ///
  /// @param statements by number
  /// @param tree jinjava's source
  record Compiled(List<Statement> statements, String tree) {}

  static Compiled compile(String source) {
    TemplateCompiler compiler = new TemplateCompiler();
    for (Segment segment : TemplateLexer.read(source)) {
      switch (segment) {
        case Segment.Text(String text) -> compiler.print(new Statement.Print(scope -> text, 1));
        case Segment.Output(List<Token> tokens, int line) ->
            compiler.print(new Statement.Print(new ExpressionParser(tokens, line).whole(), line));
        case Segment.Block(List<Token> tokens, int line) -> compiler.block(tokens, line);
      }
    }
    if (!compiler.open.isEmpty()) {
      Open last = compiler.open.getFirst();
      throw new TemplateFault("{% " + last.name() + " %} is not closed", last.line());
    }
    return new Compiled(List.copyOf(compiler.statements), compiler.tree.toString());
  }

  private void print(Statement.Print statement) {
    tree.append("{{ ").append(add(statement)).append(" }}");
  }

  private int add(Statement statement) {
    statements.add(statement);
    return statements.size() - 1;
  }

  private void tag(String name, Statement statement) {
    tree.append("{% ").append(name).append(' ').append(add(statement)).append(" %}");
  }

  private void tag(String name) {
    tree.append("{% ").append(name).append(" %}");
  }

  private void open(String name, int line) {
    if (open.size() == MAX_NESTING) {
      throw new TemplateFault("blocks are nested more than " + MAX_NESTING + " deep", line);
    }
    open.push(new Open(name, line));
  }

  private void block(List<Token> tokens, int line) {
    if (tokens.isEmpty() || tokens.getFirst().kind() != Token.Kind.NAME) {
      throw new TemplateFault("a block begins with the name of a tag", line);
    }
    String name = tokens.getFirst().text();
    List<Token> rest = tokens.subList(1, tokens.size());
    ExpressionParser words = new ExpressionParser(rest, line);
    switch (name) {
      case "if" -> {
        open(name, line);
        tag(name, new Statement.Condition(words.whole(), line));
      }
      case "elif" -> {
        requireInside(name, Set.of("if"), line);
        tag(name, new Statement.Condition(words.whole(), line));
      }
      case "else" -> {
        requireInside(name, Set.of("if", "for"), line);
        words.requireEnd();
        tag(name);
      }
      case "for" -> {
        open(name, line);
        tag(name, loop(words, line));
      }
      case "set" -> set(words, line);
      case "macro" -> {
        open(name, line);
        tag(name, macro(words, line));
      }
      case "generation" -> {
        open(name, line);
        words.requireEnd();
        tag(name);
      }
      case "break", "continue" -> {
        if (open.stream().noneMatch(block -> block.name().equals("for"))) {
          throw new TemplateFault("{% " + name + " %} stands outside of a for", line);
        }
        words.requireEnd();
        tag(name);
      }
      default -> end(name, line);
    }
  }

  private void end(String name, int line) {
    String opened = name.startsWith("end") ? name.substring(3) : "";
    if (!KNOWN.contains(opened)) {
      throw new TemplateFault(
          "the tag '" + name + "' is not supported; known are " + KNOWN.stream().sorted().toList(),
          line);
    }
    if (open.isEmpty() || !open.getFirst().name().equals(opened)) {
      throw new TemplateFault("{% " + name + " %} closes nothing", line);
    }
    open.pop();
    tag(name);
  }

  private void requireInside(String name, Set<String> blocks, int line) {
    if (open.isEmpty() || !blocks.contains(open.getFirst().name())) {
      throw new TemplateFault("{% " + name + " %} does not belong here", line);
    }
  }

  private static Statement loop(ExpressionParser words, int line) {
    List<Target> targets = words.targets();
    requireNames(targets, line);
    if (!words.takeName("in")) {
      throw new TemplateFault("{% for %} needs 'in'", line);
    }
    Expression items = words.or();
    Expression filter = words.takeName("if") ? words.expression() : null;
    if (words.takeName("recursive")) {
      throw new TemplateFault("{% for .. recursive %} is not supported", line);
    }
    words.requireEnd();
    return new Statement.Loop(targets, items, filter, line);
  }

  private static void requireNames(List<Target> targets, int line) {
    if (targets.stream().anyMatch(target -> target.attribute() != null)) {
      throw new TemplateFault("{% for %} binds names, not attributes", line);
    }
  }

  private void set(ExpressionParser words, int line) {
    List<Target> targets = words.targets();
    if (words.takeOperator("=")) {
      Expression value = words.whole();
      tag("set", new Statement.Assignment(targets, value, value, line));
      return;
    }
    if (targets.size() > 1) {
      throw new TemplateFault("{% set %} with a block has one name", line);
    }
    Expression filtered = scope -> scope.get(Statement.Assignment.BLOCK);
    while (words.takeOperator("|")) {
      filtered = words.filter(filtered);
    }
    words.requireEnd();
    open("set", line);
    tag("set", new Statement.Assignment(targets, null, filtered, line));
  }

  private static Statement macro(ExpressionParser words, int line) {
    String name = words.expectName("the name of a macro").text();
    words.expect("(");
    List<Statement.Parameter> parameters = new ArrayList<>();
    while (!words.takeOperator(")")) {
      String parameter = words.expectName("the name of a parameter").text();
      parameters.add(
          new Statement.Parameter(parameter, words.takeOperator("=") ? words.expression() : null));
      if (!words.takeOperator(",")) {
        words.expect(")");
        break;
      }
    }
    words.requireEnd();
    return new Statement.Definition(name, List.copyOf(parameters), line);
  }
}
