package org.tramontane.transformer.chat.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Jinja2's filters, as far as chat templates use them; `tojson` is that of transformers.
final class Filters {
  /// What a filter makes of a value.
  interface Filter {
    Object apply(Object value, Arguments arguments);
  }

  private static final Map<String, Filter> BY_NAME =
      Map.ofEntries(
          Map.entry("abs", (value, arguments) -> abs(value)),
          Map.entry(
              "capitalize", (value, arguments) -> PythonMethods.capitalize(Python.text(value))),
          Map.entry("default", Filters::otherwise),
          Map.entry("dictsort", (value, arguments) -> dictSort(value)),
          Map.entry("first", (value, arguments) -> end(value, true)),
          Map.entry("float", Filters::real),
          Map.entry("indent", Filters::indent),
          Map.entry("int", Filters::whole),
          Map.entry("items", (value, arguments) -> items(value)),
          Map.entry("join", Filters::join),
          Map.entry("last", (value, arguments) -> end(value, false)),
          Map.entry("length", (value, arguments) -> Python.length(value)),
          Map.entry("list", (value, arguments) -> Python.elements(value)),
          Map.entry("lower", (value, arguments) -> Python.text(value).toLowerCase(Locale.ROOT)),
          Map.entry("map", Filters::map),
          Map.entry("max", (value, arguments) -> extreme(value, Comparator.naturalOrder())),
          Map.entry("min", (value, arguments) -> extreme(value, Comparator.reverseOrder())),
          Map.entry("reject", (value, arguments) -> select(value, arguments, false)),
          Map.entry("rejectattr", (value, arguments) -> selectByAttribute(value, arguments, false)),
          Map.entry("replace", Filters::replace),
          Map.entry("reverse", (value, arguments) -> reverse(value)),
          Map.entry("round", Filters::round),
          Map.entry("safe", (value, arguments) -> Python.text(value)),
          Map.entry("select", (value, arguments) -> select(value, arguments, true)),
          Map.entry("selectattr", (value, arguments) -> selectByAttribute(value, arguments, true)),
          Map.entry("sort", Filters::sort),
          Map.entry("string", (value, arguments) -> Python.text(value)),
          Map.entry("sum", (value, arguments) -> sum(value)),
          Map.entry("title", (value, arguments) -> jinjaTitle(Python.text(value))),
          Map.entry("tojson", Filters::toJson),
          Map.entry(
              "trim",
              (value, arguments) ->
                  PythonMethods.strip(Python.text(value), arguments.get(0, "chars"), true, true)),
          Map.entry("unique", (value, arguments) -> unique(value)),
          Map.entry("upper", (value, arguments) -> Python.text(value).toUpperCase(Locale.ROOT)));

  private static final Map<String, String> ALIASES = Map.of("count", "length", "d", "default");

  private Filters() {}

  /// The filter with a name.
  ///
  /// @throws TemplateFault if there is none
  static Filter named(String name) {
    Filter filter = BY_NAME.get(ALIASES.getOrDefault(name, name));
    if (filter == null) {
      throw new TemplateFault(
          "the filter '"
              + name
              + "' is not supported; known are "
              + BY_NAME.keySet().stream().sorted().toList());
    }
    return filter;
  }

  private static Object otherwise(Object value, Arguments arguments) {
    arguments.of("default", "default_value", "boolean");
    boolean falseToo = Python.isTrue(arguments.get(1, "boolean", false));
    return value instanceof Undefined || (falseToo && !Python.isTrue(value))
        ? arguments.get(0, "default_value", "")
        : value;
  }

  private static Object abs(Object value) {
    return value instanceof Double number
        ? (Object) Math.abs(number)
        : (Object) Math.absExact(Python.integer(value));
  }

  private static Object end(Object value, boolean first) {
    List<Object> elements = Python.elements(value);
    if (elements.isEmpty()) {
      return new Undefined("no " + (first ? "first" : "last") + " item, sequence was empty");
    }
    return first ? elements.getFirst() : elements.getLast();
  }

  private static Object items(Object value) {
    return value instanceof Undefined
        ? new Generated(List.of())
        : new Generated(pairs(value, "items"));
  }

  private static List<Object> pairs(Object value, String filter) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new TemplateFault(filter + " needs a dict, not a " + Python.typeName(value));
    }
    List<Object> pairs = new ArrayList<>();
    map.forEach((key, entry) -> pairs.add(new Tuple(List.of(key, entry))));
    return pairs;
  }

  /// By key, without regard to case.
  private static Object dictSort(Object value) {
    List<Object> pairs = pairs(value, "dictsort");
    pairs.sort(
        (a, b) -> Python.compare(folded(((List<?>) a).get(0)), folded(((List<?>) b).get(0))));
    return pairs;
  }

  private static Object folded(@Nullable Object value) {
    Object present = Objects.requireNonNull(value);
    return present instanceof String text ? text.toLowerCase(Locale.ROOT) : present;
  }

  private static Object real(Object value, Arguments arguments) {
    try {
      return value instanceof String text
          ? (Object) Double.valueOf(text.strip())
          : (Object) Python.number(value);
    } catch (NumberFormatException | TemplateFault e) {
      return arguments.get(0, "default", 0.0);
    }
  }

  private static Object whole(Object value, Arguments arguments) {
    try {
      return switch (value) {
        case String text -> {
          String digits = text.strip();
          yield digits.matches("[-+]?\\d+")
              ? Long.parseLong(digits)
              : (long) Double.parseDouble(digits);
        }
        case Double number -> number.longValue();
        default -> Python.integer(value);
      };
    } catch (NumberFormatException | TemplateFault e) {
      return arguments.get(0, "default", 0L);
    }
  }

  private static Object round(Object value, Arguments arguments) {
    arguments.of("round", "precision", "method");
    int precision = arguments.integer(0, "precision", 0);
    String method = Python.text(arguments.get(1, "method", "common"));
    double scale = Math.pow(10, precision);
    double scaled = Python.number(value) * scale;
    return switch (method) {
          case "common" -> Math.rint(scaled);
          case "ceil" -> Math.ceil(scaled);
          case "floor" -> Math.floor(scaled);
          default -> throw new TemplateFault("round: the method is common, ceil or floor");
        }
        / scale;
  }

  private static Object join(Object value, Arguments arguments) {
    arguments.of("join", "d", "attribute");
    Object attribute = arguments.get(1, "attribute");
    List<Object> texts = new ArrayList<>();
    for (Object element : Python.elements(value)) {
      texts.add(Python.text(attribute == null ? element : path(element, attribute)));
    }
    return PythonMethods.join(Python.text(arguments.get(0, "d", "")), texts);
  }

  private static Object replace(Object value, Arguments arguments) {
    arguments.of("replace", "old", "new", "count");
    return PythonMethods.replace(
        Python.text(value),
        Python.text(arguments.required("replace", 0, "old")),
        Python.text(arguments.required("replace", 1, "new")),
        arguments.integer(2, "count", -1));
  }

  private static Object reverse(Object value) {
    List<Object> elements = new ArrayList<>(Python.elements(value));
    Collections.reverse(elements);
    return value instanceof String ? PythonMethods.join("", elements) : new Generated(elements);
  }

  private static String jinjaTitle(String text) {
    StringBuilder out = new StringBuilder();
    boolean begins = true;
    for (int c : text.codePoints().toArray()) {
      out.appendCodePoint(begins ? Character.toTitleCase(c) : Character.toLowerCase(c));
      begins = Character.isWhitespace(c) || "-({[<".indexOf(c) >= 0;
    }
    return out.toString();
  }

  private static Object indent(Object value, Arguments arguments) {
    arguments.of("indent", "width", "first", "blank");
    Object width = arguments.get(0, "width", 4L);
    String margin;
    if (width instanceof String text) {
      margin = text;
    } else {
      int spaces = Math.max(0, Python.index(width));
      Python.requireSize(spaces);
      margin = " ".repeat(spaces);
    }
    boolean first = Python.isTrue(arguments.get(1, "first", false));
    boolean blank = Python.isTrue(arguments.get(2, "blank", false));
    StringBuilder out = new StringBuilder();
    String[] lines = Python.text(value).split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      Python.append(out, i > 0 ? "\n" : "");
      boolean shift = i == 0 ? first : blank || !lines[i].isEmpty();
      Python.append(Python.append(out, shift ? margin : ""), lines[i]);
    }
    return out.toString();
  }

  private static Object toJson(Object value, Arguments arguments) {
    arguments.of("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
    if (arguments.get(2, "separators", None.NONE) != None.NONE) {
      throw new TemplateFault("tojson: the argument 'separators' is not supported");
    }
    Object indent = arguments.get(1, "indent", None.NONE);
    int spaces = indent == None.NONE ? -1 : Python.index(indent);
    if (spaces > 64) {
      throw new TemplateFault("tojson: indent = " + spaces + "; allowed: up to 64");
    }
    return new ValueJson(
            spaces,
            Python.isTrue(arguments.get(0, "ensure_ascii", false)),
            Python.isTrue(arguments.get(3, "sort_keys", false)))
        .write(value);
  }

  private static Object map(Object value, Arguments arguments) {
    UnaryOperator<Object> function;
    Object attribute = arguments.named().get("attribute");
    if (attribute != null) {
      Object otherwise = arguments.named().get("default");
      function =
          element -> {
            Object found = path(element, attribute);
            return found instanceof Undefined && otherwise != null ? otherwise : found;
          };
    } else {
      Filter filter = named(arguments.string("map", 0, "filter"));
      Arguments rest = arguments.without(1);
      function = element -> filter.apply(element, rest);
    }
    return new Generated(Python.elements(value).stream().map(function).toList());
  }

  /// `a.b.0` of an element.
  private static Object path(Object element, Object attribute) {
    if (!(attribute instanceof String names)) {
      return Python.item(element, attribute);
    }
    Object value = element;
    for (String name : names.split("\\.", -1)) {
      value = Python.item(value, name.matches("\\d{1,9}") ? (Object) Long.valueOf(name) : name);
    }
    return value;
  }

  private static Object select(Object value, Arguments arguments, boolean keep) {
    Predicate<Object> passes;
    if (arguments.positional().isEmpty()) {
      passes = Python::isTrue;
    } else {
      Tests.Test test = Tests.named(arguments.string("select", 0, "test"));
      Arguments rest = arguments.without(1);
      passes = element -> test.passes(element, rest);
    }
    return new Generated(
        Python.elements(value).stream().filter(element -> passes.test(element) == keep).toList());
  }

  private static Object selectByAttribute(Object value, Arguments arguments, boolean keep) {
    Object attribute = arguments.required("selectattr", 0, "attribute");
    List<Object> kept = new ArrayList<>();
    Tests.@Nullable Test test =
        arguments.positional().size() > 1
            ? Tests.named(arguments.string("selectattr", 1, "test"))
            : null;
    Arguments rest = arguments.without(2);
    for (Object element : Python.elements(value)) {
      Object found = path(element, attribute);
      boolean passes = test == null ? Python.isTrue(found) : test.passes(found, rest);
      if (passes == keep) {
        kept.add(element);
      }
    }
    return new Generated(kept);
  }

  private static Object sort(Object value, Arguments arguments) {
    arguments.of("sort", "reverse", "case_sensitive", "attribute");
    boolean exact = Python.isTrue(arguments.get(1, "case_sensitive", false));
    Object attribute = arguments.get(2, "attribute");
    Comparator<Object> order =
        (a, b) -> Python.compare(sortKey(a, attribute, exact), sortKey(b, attribute, exact));
    List<Object> sorted = new ArrayList<>(Python.elements(value));
    sorted.sort(Python.isTrue(arguments.get(0, "reverse", false)) ? order.reversed() : order);
    return sorted;
  }

  private static Object sortKey(Object element, @Nullable Object attribute, boolean exact) {
    Object key = attribute == null ? element : path(element, attribute);
    return exact ? key : folded(key);
  }

  private static Object unique(Object value) {
    Set<Object> seen = new HashSet<>();
    return new Generated(
        Python.elements(value).stream().filter(element -> seen.add(folded(element))).toList());
  }

  private static Object extreme(Object value, Comparator<Integer> sign) {
    return Python.elements(value).stream()
        .reduce((a, b) -> sign.compare(Python.compare(folded(b), folded(a)), 0) > 0 ? b : a)
        .orElseGet(() -> new Undefined("No aggregated item, sequence was empty."));
  }

  private static Object sum(Object value) {
    Object sum = 0L;
    for (Object element : Python.elements(value)) {
      sum = Arithmetic.of("+", sum, element);
    }
    return sum;
  }
}
