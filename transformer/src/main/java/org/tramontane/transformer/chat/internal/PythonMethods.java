package org.tramontane.transformer.chat.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// The methods of Python's `str`, `dict` and `list` that templates may call. Those that would change a value are
/// refused, as Jinja2's immutable sandbox refuses them.
final class PythonMethods {
  private static final Set<String> CHANGING =
      Set.of(
          "append",
          "clear",
          "extend",
          "insert",
          "pop",
          "popitem",
          "remove",
          "reverse",
          "setdefault",
          "sort",
          "update");

  private PythonMethods() {}

  /// The method of a value; null if there is none.
  static @Nullable Callable find(Object owner, String name) {
    return switch (owner) {
      case String text -> ofString(text, name);
      case Map<?, ?> map -> CHANGING.contains(name) ? refused("dict", name) : ofMap(map, name);
      case List<?> list -> CHANGING.contains(name) ? refused("list", name) : ofList(list, name);
      default -> null;
    };
  }

  private static Callable refused(String type, String name) {
    return arguments -> {
      throw new TemplateFault(
          type + "." + name + "() is not allowed: a template may not change values");
    };
  }

  private static @Nullable Callable ofMap(Map<?, ?> map, String name) {
    return switch (name) {
      case "items" ->
          arguments -> {
            List<Object> pairs = new ArrayList<>();
            map.forEach((key, value) -> pairs.add(new Tuple(List.of(key, value))));
            return pairs;
          };
      case "keys" -> arguments -> new ArrayList<Object>(map.keySet());
      case "values" -> arguments -> new ArrayList<Object>(map.values());
      case "get" ->
          arguments -> {
            Object key = arguments.of("dict.get", "key", "default").required("dict.get", 0, "key");
            Object value = map.get(key);
            return value == null ? arguments.get(1, "default", None.NONE) : value;
          };
      default -> null;
    };
  }

  private static @Nullable Callable ofList(List<?> list, String name) {
    return switch (name) {
      case "count" ->
          arguments -> {
            Object value = arguments.required("list.count", 0, "value");
            return list.stream().filter(element -> Python.equal(element, value, 0)).count();
          };
      case "index" ->
          arguments -> {
            Object value = arguments.required("list.index", 0, "value");
            for (int i = 0; i < list.size(); i++) {
              if (Python.equal(Objects.requireNonNull(list.get(i)), value, 0)) {
                return (long) i;
              }
            }
            throw new TemplateFault("list.index: " + Python.repr(value, 0) + " is not in the list");
          };
      default -> null;
    };
  }

  private static @Nullable Callable ofString(String text, String name) {
    String method = "str." + name;
    return switch (name) {
      case "strip" -> arguments -> strip(text, arguments.get(0, "chars"), true, true);
      case "lstrip" -> arguments -> strip(text, arguments.get(0, "chars"), true, false);
      case "rstrip" -> arguments -> strip(text, arguments.get(0, "chars"), false, true);
      case "lower" -> arguments -> text.toLowerCase(java.util.Locale.ROOT);
      case "upper" -> arguments -> text.toUpperCase(java.util.Locale.ROOT);
      case "title" -> arguments -> title(text);
      case "capitalize" -> arguments -> capitalize(text);
      case "startswith" ->
          arguments -> affix(arguments.required(method, 0, "prefix"), method, text::startsWith);
      case "endswith" ->
          arguments -> affix(arguments.required(method, 0, "suffix"), method, text::endsWith);
      case "removeprefix" ->
          arguments -> {
            String prefix = arguments.string(method, 0, "prefix");
            return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
          };
      case "removesuffix" ->
          arguments -> {
            String suffix = arguments.string(method, 0, "suffix");
            return text.endsWith(suffix)
                ? text.substring(0, text.length() - suffix.length())
                : text;
          };
      case "replace" ->
          arguments ->
              replace(
                  text,
                  arguments.string(method, 0, "old"),
                  arguments.string(method, 1, "new"),
                  arguments.integer(2, "count", -1));
      case "split" ->
          arguments ->
              split(text, arguments.get(0, "sep", None.NONE), arguments.integer(1, "maxsplit", -1));
      case "rsplit" ->
          arguments ->
              splitFromRight(
                  text, arguments.get(0, "sep", None.NONE), arguments.integer(1, "maxsplit", -1));
      case "splitlines" -> arguments -> new ArrayList<Object>(text.lines().toList());
      case "find" -> arguments -> (long) text.indexOf(arguments.string(method, 0, "sub"));
      case "rfind" -> arguments -> (long) text.lastIndexOf(arguments.string(method, 0, "sub"));
      case "count" -> arguments -> count(text, arguments.string(method, 0, "sub"));
      case "join" ->
          arguments -> join(text, Python.elements(arguments.required(method, 0, "iterable")));
      case "isdigit" -> arguments -> all(text, Character::isDigit);
      case "isalpha" -> arguments -> all(text, Character::isLetter);
      case "isalnum" -> arguments -> all(text, Character::isLetterOrDigit);
      case "isspace" -> arguments -> all(text, Character::isWhitespace);
      case "isupper" ->
          arguments -> cased(text) && text.equals(text.toUpperCase(java.util.Locale.ROOT));
      case "islower" ->
          arguments -> cased(text) && text.equals(text.toLowerCase(java.util.Locale.ROOT));
      default -> null;
    };
  }

  private static boolean cased(String text) {
    return text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
  }

  private static boolean all(String text, IntPredicate predicate) {
    return !text.isEmpty() && text.codePoints().allMatch(predicate);
  }

  private static boolean affix(
      Object given, String method, java.util.function.Predicate<String> fits) {
    return given instanceof List<?> several
        ? several.stream().anyMatch(one -> fits.test(Python.string(one, method)))
        : fits.test(Python.string(given, method));
  }

  static String strip(String text, @Nullable Object characters, boolean left, boolean right) {
    IntPredicate goes;
    if (characters == null || characters == None.NONE) {
      goes = PythonMethods::isSpace;
    } else {
      String set = Python.string(characters, "str.strip");
      goes = c -> set.indexOf(c) >= 0;
    }
    int begin = 0;
    int end = text.length();
    while (left && begin < end && goes.test(text.codePointAt(begin))) {
      begin += Character.charCount(text.codePointAt(begin));
    }
    while (right && end > begin && goes.test(text.codePointBefore(end))) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(begin, end);
  }

  /// What `str.isspace` says of one character.
  private static boolean isSpace(int c) {
    return Character.isSpaceChar(c)
        || (c >= '\t' && c <= '\r')
        || (c >= 0x1c && c <= 0x1f)
        || c == 0x85;
  }

  static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int c : text.codePoints().toArray()) {
      out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inWord = Character.isLetter(c);
    }
    return out.toString();
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.codePointAt(0);
    return Character.toString(Character.toTitleCase(first))
        + text.substring(Character.charCount(first)).toLowerCase(java.util.Locale.ROOT);
  }

  static String replace(String text, String old, String fresh, int count) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (int done = 0; count < 0 || done < count; done++) {
      int found = old.isEmpty() ? (done == 0 ? 0 : at + 1) : text.indexOf(old, at);
      if (found < 0 || found > text.length()) {
        break;
      }
      Python.append(Python.append(out, text.substring(at, found)), fresh);
      at = found + old.length();
    }
    return Python.append(out, text.substring(at)).toString();
  }

  private static long count(String text, String part) {
    if (part.isEmpty()) {
      return Python.length(text) + 1;
    }
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  static String join(String separator, List<Object> parts) {
    StringBuilder out = new StringBuilder();
    boolean first = true;
    for (Object part : parts) {
      Python.append(out, first ? "" : separator);
      Python.append(out, Python.string(part, "str.join"));
      first = false;
    }
    return out.toString();
  }

  private static List<Object> split(String text, Object separator, int most) {
    List<Object> parts = new ArrayList<>();
    if (separator == None.NONE) {
      String rest = strip(text, null, true, false);
      while (!rest.isEmpty()) {
        int end = 0;
        while (end < rest.length() && !isSpace(rest.codePointAt(end))) {
          end += Character.charCount(rest.codePointAt(end));
        }
        if (most >= 0 && parts.size() == most) {
          parts.add(rest);
          return parts;
        }
        parts.add(rest.substring(0, end));
        rest = strip(rest.substring(end), null, true, false);
      }
      return parts;
    }
    String sign = separator(separator);
    int at = 0;
    for (int next = text.indexOf(sign);
        next >= 0 && (most < 0 || parts.size() < most);
        next = text.indexOf(sign, at)) {
      parts.add(text.substring(at, next));
      at = next + sign.length();
    }
    parts.add(text.substring(at));
    return parts;
  }

  private static List<Object> splitFromRight(String text, Object separator, int most) {
    if (separator == None.NONE || most < 0) {
      if (most >= 0) {
        throw new TemplateFault("str.rsplit with maxsplit needs a separator");
      }
      return split(text, separator, -1);
    }
    String sign = separator(separator);
    List<Object> parts = new ArrayList<>();
    int end = text.length();
    while (parts.size() < most) {
      int found = text.lastIndexOf(sign, end - sign.length());
      if (found < 0) {
        break;
      }
      parts.addFirst(text.substring(found + sign.length(), end));
      end = found;
    }
    parts.addFirst(text.substring(0, end));
    return parts;
  }

  private static String separator(Object given) {
    String sign = Python.string(given, "str.split");
    if (sign.isEmpty()) {
      throw new TemplateFault("str.split: the separator is empty");
    }
    return sign;
  }
}
