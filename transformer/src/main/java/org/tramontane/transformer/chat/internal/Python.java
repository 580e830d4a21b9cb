package org.tramontane.transformer.chat.internal;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PrimitiveIterator;

/// What Python's operators and built-in functions make of a template's values.
///
/// Values are [None], [Boolean], [Long], [Double], [String], [List] ([Tuple] too), [Map], [Undefined], [Generated],
/// [Namespace], other [Attributes] and [Callable]. Strings are counted and indexed in code points.
final class Python {
  /// Code units in a string, or elements in a list, that a template may make.
  static final int MAX_SIZE = 1 << 22;

  private static final int MAX_DEPTH = 64;

  private Python() {}

  static boolean isTrue(Object value) {
    return switch (value) {
      case Boolean b -> b;
      case None none -> false;
      case Undefined undefined -> false;
      case Long number -> number != 0;
      case Double number -> number != 0;
      case String text -> !text.isEmpty();
      case List<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      default -> true;
    };
  }

  static String typeName(Object value) {
    return switch (value) {
      case None none -> "None";
      case Undefined undefined -> "undefined value";
      case Boolean b -> "bool";
      case Long number -> "int";
      case Double number -> "float";
      case String text -> "str";
      case List<?> list -> "list";
      case Map<?, ?> map -> "dict";
      case Generated generated -> "generator";
      case Namespace namespace -> "namespace";
      case Callable callable -> "function";
      default -> "loop";
    };
  }

  /// `str(value)`.
  static String text(Object value) {
    return switch (value) {
      case String text -> text;
      case Undefined undefined -> "";
      default -> repr(value, 0);
    };
  }

  /// `repr(value)`.
  static String repr(Object value, int depth) {
    requireDepth(depth);
    return switch (value) {
      case Boolean b -> b ? "True" : "False";
      case None none -> "None";
      case Undefined undefined -> "Undefined";
      case Long number -> number.toString();
      case Double number -> PythonFloat.repr(number);
      case String text -> quoted(text);
      case List<?> list -> {
        boolean tuple = list instanceof Tuple;
        StringBuilder out = new StringBuilder(tuple ? "(" : "[");
        for (Object element : list) {
          append(append(out, out.length() > 1 ? ", " : ""), repr(element, depth + 1));
        }
        yield out.append(tuple && list.size() == 1 ? "," : "").append(tuple ? ')' : ']').toString();
      }
      case Map<?, ?> map -> {
        StringBuilder out = new StringBuilder("{");
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          append(out, out.length() > 1 ? ", " : "");
          append(out, repr(Objects.requireNonNull(entry.getKey()), depth + 1)).append(": ");
          append(out, repr(Objects.requireNonNull(entry.getValue()), depth + 1));
        }
        yield out.append('}').toString();
      }
      default -> throw new TemplateFault("a " + typeName(value) + " can't be printed");
    };
  }

  /// Adds to a text that may not grow without end.
  static StringBuilder append(StringBuilder out, String text) {
    requireSize((long) out.length() + text.length());
    return out.append(text);
  }

  private static String quoted(String text) {
    char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
    StringBuilder out = new StringBuilder().append(quote);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\\' -> out.append("\\\\");
        default -> {
          if (c == quote) {
            out.append('\\').append(c);
          } else if (c < ' ' || c == 0x7f) {
            out.append(String.format("\\x%02x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append(quote).toString();
  }

  static void requireSize(long size) {
    if (size > MAX_SIZE) {
      throw new TemplateFault(
          "the template makes a value of more than " + MAX_SIZE + " characters or elements");
    }
  }

  static void requireDepth(int depth) {
    if (depth > MAX_DEPTH) {
      throw new TemplateFault("values are nested more than " + MAX_DEPTH + " deep");
    }
  }

  static String string(Object value, String user) {
    if (value instanceof String text) {
      return text;
    }
    throw value instanceof Undefined undefined
        ? undefined.fault()
        : new TemplateFault(user + " needs a str, not a " + typeName(value));
  }

  static int index(Object value) {
    if (value instanceof Boolean b) {
      return b ? 1 : 0;
    }
    if (value instanceof Long number && number == number.intValue()) {
      return number.intValue();
    }
    throw value instanceof Undefined undefined
        ? undefined.fault()
        : new TemplateFault(
            "a small int is needed, not the " + typeName(value) + " " + text(value));
  }

  /// `iter(value)`, as a list.
  static List<Object> elements(Object value) {
    return switch (value) {
      case List<?> list -> new ArrayList<>(list);
      case Generated generated -> generated.items();
      case Map<?, ?> map -> new ArrayList<>(map.keySet());
      case Undefined undefined -> List.of();
      case String text -> {
        List<Object> characters = new ArrayList<>();
        PrimitiveIterator.OfInt points = text.codePoints().iterator();
        while (points.hasNext()) {
          characters.add(Character.toString(points.nextInt()));
        }
        yield characters;
      }
      default -> throw new TemplateFault("a " + typeName(value) + " can't be iterated over");
    };
  }

  /// `len(value)`.
  static long length(Object value) {
    return switch (value) {
      case String text -> text.codePointCount(0, text.length());
      case List<?> list -> list.size();
      case Map<?, ?> map -> map.size();
      case Undefined undefined -> 0;
      default -> throw new TemplateFault("a " + typeName(value) + " has no length");
    };
  }

  /// `a == b`.
  static boolean equal(Object a, Object b, int depth) {
    requireDepth(depth);
    if (isNumber(a) && isNumber(b)) {
      return isReal(a, b) ? number(a) == number(b) : integer(a) == integer(b);
    }
    if (a instanceof List<?> left && b instanceof List<?> right) {
      Iterator<?> other = right.iterator();
      return left.size() == right.size()
          && left.stream().allMatch(element -> equal(element, other.next(), depth + 1));
    }
    if (a instanceof Map<?, ?> left && b instanceof Map<?, ?> right) {
      if (left.size() != right.size()) {
        return false;
      }
      return left.entrySet().stream()
          .allMatch(
              entry -> {
                Object other = right.get(entry.getKey());
                return other != null && equal(entry.getValue(), other, depth + 1);
              });
    }
    return a.equals(b);
  }

  /// Whether an operation on two numbers is one of floats.
  static boolean isReal(Object a, Object b) {
    return a instanceof Double || b instanceof Double;
  }

  /// `a < b` as a negative number, and so on.
  static int compare(Object a, Object b) {
    if (isNumber(a) && isNumber(b)) {
      return isReal(a, b)
          ? Double.compare(number(a), number(b))
          : Long.compare(integer(a), integer(b));
    }
    if (a instanceof String left && b instanceof String right) {
      return left.compareTo(right);
    }
    if (a instanceof List<?> left && b instanceof List<?> right) {
      for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
        Object x = Objects.requireNonNull(left.get(i));
        Object y = Objects.requireNonNull(right.get(i));
        if (!equal(x, y, 0)) {
          return compare(x, y);
        }
      }
      return Integer.compare(left.size(), right.size());
    }
    throw Arithmetic.operands("<", a, b);
  }

  /// `a in b`.
  static boolean contains(Object container, Object value) {
    return switch (container) {
      case String text -> text.contains(string(value, "'in' on a str"));
      case Map<?, ?> map -> map.containsKey(value);
      default -> elements(container).stream().anyMatch(element -> equal(element, value, 0));
    };
  }

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  static double number(Object value) {
    return switch (value) {
      case Double number -> number;
      default -> integer(value);
    };
  }

  static long integer(Object value) {
    return switch (value) {
      case Long number -> number;
      case Boolean b -> b ? 1 : 0;
      default -> throw new TemplateFault("an int is needed, not a " + typeName(value));
    };
  }

  /// `owner.name`: a method or an attribute before an entry, as in Jinja2.
  static Object attribute(Object owner, String name) {
    if (owner instanceof Undefined undefined) {
      throw undefined.fault();
    }
    if (owner instanceof Attributes attributes) {
      return attributes.attribute(name);
    }
    Callable method = PythonMethods.find(owner, name);
    if (method != null) {
      return method;
    }
    return owner instanceof Map<?, ?> map ? entry(map, name) : Undefined.attribute(owner, name);
  }

  /// `owner[key]`: an entry before a method or an attribute.
  static Object item(Object owner, Object key) {
    if (owner instanceof Undefined undefined) {
      throw undefined.fault();
    }
    if (owner instanceof Map<?, ?> map && map.containsKey(key)) {
      return entry(map, key);
    }
    if (key instanceof String name) {
      return attribute(owner, name);
    }
    if (key instanceof Long && (owner instanceof List<?> || owner instanceof String)) {
      List<Object> elements = elements(owner);
      int index = index(key);
      int at = index < 0 ? index + elements.size() : index;
      return at >= 0 && at < elements.size()
          ? elements.get(at)
          : Undefined.attribute(owner, "[" + index + "]");
    }
    return Undefined.attribute(owner, text(key));
  }

  private static Object entry(Map<?, ?> map, Object key) {
    Object value = map.get(key);
    return value == null ? Undefined.attribute(map, key) : value;
  }

  /// `value[from:to:step]`; [None] stands for what was left out.
  static Object slice(Object value, Object from, Object to, Object step) {
    if (!(value instanceof List<?>) && !(value instanceof String)) {
      throw value instanceof Undefined undefined
          ? undefined.fault()
          : new TemplateFault("a " + typeName(value) + " can't be cut in slices");
    }
    List<Object> elements = elements(value);
    int size = elements.size();
    int by = step == None.NONE ? 1 : index(step);
    if (by == 0) {
      throw new TemplateFault("a slice can't have the step 0");
    }
    int low = by > 0 ? 0 : -1;
    int high = by > 0 ? size : size - 1;
    long at = bound(from, by > 0 ? low : high, low, high, size);
    long end = bound(to, by > 0 ? high : low, low, high, size);
    List<Object> part = new ArrayList<>();
    for (; by > 0 ? at < end : at > end; at += by) {
      part.add(elements.get((int) at));
    }
    if (value instanceof String) {
      StringBuilder text = new StringBuilder();
      part.forEach(text::append);
      return text.toString();
    }
    return part;
  }

  private static int bound(Object given, int otherwise, int low, int high, int size) {
    if (given == None.NONE) {
      return otherwise;
    }
    int index = index(given);
    return Math.clamp(index < 0 ? (long) index + size : index, low, high);
  }
}
