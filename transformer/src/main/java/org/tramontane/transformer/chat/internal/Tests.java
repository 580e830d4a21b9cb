package org.tramontane.transformer.chat.internal;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Jinja2's tests: what may stand behind `is`.
final class Tests {
  /// Whether a value passes.
  interface Test {
    boolean passes(Object value, Arguments arguments);
  }

  private static final Map<String, Test> BY_NAME =
      Map.ofEntries(
          Map.entry("defined", (value, arguments) -> !(value instanceof Undefined)),
          Map.entry("undefined", (value, arguments) -> value instanceof Undefined),
          Map.entry("none", (value, arguments) -> value == None.NONE),
          Map.entry("true", (value, arguments) -> Boolean.TRUE.equals(value)),
          Map.entry("false", (value, arguments) -> Boolean.FALSE.equals(value)),
          Map.entry("boolean", (value, arguments) -> value instanceof Boolean),
          Map.entry("integer", (value, arguments) -> value instanceof Long),
          Map.entry("float", (value, arguments) -> value instanceof Double),
          Map.entry("number", (value, arguments) -> Python.isNumber(value)),
          Map.entry("string", (value, arguments) -> value instanceof String),
          Map.entry("mapping", (value, arguments) -> value instanceof Map<?, ?>),
          Map.entry(
              "sequence",
              (value, arguments) ->
                  value instanceof String
                      || value instanceof List<?>
                      || value instanceof Map<?, ?>),
          Map.entry(
              "iterable",
              (value, arguments) ->
                  value instanceof String
                      || value instanceof List<?>
                      || value instanceof Map<?, ?>
                      || value instanceof Generated
                      || value instanceof Undefined),
          Map.entry("callable", (value, arguments) -> value instanceof Callable),
          Map.entry("even", (value, arguments) -> Python.integer(value) % 2 == 0),
          Map.entry("odd", (value, arguments) -> Python.integer(value) % 2 != 0),
          Map.entry(
              "divisibleby",
              (value, arguments) ->
                  Python.equal(Arithmetic.of("%", value, other(arguments)), 0L, 0)),
          Map.entry("eq", (value, arguments) -> Python.equal(value, other(arguments), 0)),
          Map.entry("ne", (value, arguments) -> !Python.equal(value, other(arguments), 0)),
          Map.entry("lt", (value, arguments) -> Python.compare(value, other(arguments)) < 0),
          Map.entry("le", (value, arguments) -> Python.compare(value, other(arguments)) <= 0),
          Map.entry("gt", (value, arguments) -> Python.compare(value, other(arguments)) > 0),
          Map.entry("ge", (value, arguments) -> Python.compare(value, other(arguments)) >= 0),
          Map.entry("in", (value, arguments) -> Python.contains(other(arguments), value)),
          Map.entry("sameas", (value, arguments) -> value.equals(other(arguments))),
          Map.entry(
              "lower",
              (value, arguments) ->
                  Python.text(value).equals(Python.text(value).toLowerCase(Locale.ROOT))),
          Map.entry(
              "upper",
              (value, arguments) ->
                  Python.text(value).equals(Python.text(value).toUpperCase(Locale.ROOT))));

  private static final Map<String, String> ALIASES =
      Map.ofEntries(
          Map.entry("equalto", "eq"),
          Map.entry("==", "eq"),
          Map.entry("!=", "ne"),
          Map.entry("lessthan", "lt"),
          Map.entry("<", "lt"),
          Map.entry("<=", "le"),
          Map.entry("greaterthan", "gt"),
          Map.entry(">", "gt"),
          Map.entry(">=", "ge"),
          Map.entry("None", "none"));

  private Tests() {}

  /// The test with a name.
  ///
  /// @throws TemplateFault if there is none
  static Test named(String name) {
    Test test = BY_NAME.get(ALIASES.getOrDefault(name, name));
    if (test == null) {
      throw new TemplateFault(
          "the test '"
              + name
              + "' is not supported; known are "
              + BY_NAME.keySet().stream().sorted().toList());
    }
    return test;
  }

  private static Object other(Arguments arguments) {
    return arguments.required("the test", 0, "other");
  }
}
