package org.tramontane.transformer.chat.internal;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The functions that every template can call.
final class Globals {
  private static final int MAX_RANGE = 100_000;

  private Globals() {}

  /// @param clock what `strftime_now` reads
  static Map<String, Object> with(Supplier<LocalDateTime> clock) {
    Map<String, Callable> functions =
        Map.of(
            "range", Globals::range,
            "namespace", arguments -> new Namespace(byName("namespace", arguments)),
            "dict", arguments -> new LinkedHashMap<Object, Object>(byName("dict", arguments)),
            "raise_exception",
                arguments -> {
                  throw new TemplateFault(
                      "the template refuses: "
                          + Python.text(arguments.required("raise_exception", 0, "message")));
                },
            "strftime_now",
                arguments ->
                    Strftime.format(clock.get(), arguments.string("strftime_now", 0, "format")));
    return Map.copyOf(functions);
  }

  private static Map<String, Object> byName(String function, Arguments arguments) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Object given : arguments.positional()) {
      if (!(given instanceof Map<?, ?> map)) {
        throw new TemplateFault(function + "() takes a dict or names");
      }
      map.forEach((key, value) -> values.put(Python.string(key, function), value));
    }
    values.putAll(arguments.named());
    return values;
  }

  private static Object range(Arguments arguments) {
    arguments.of("range", "start", "stop", "step");
    List<Object> given = arguments.positional();
    int from = given.size() > 1 ? Python.index(given.get(0)) : 0;
    int to = Python.index(arguments.required("range", given.size() > 1 ? 1 : 0, "stop"));
    int step = given.size() > 2 ? Python.index(given.get(2)) : 1;
    if (step == 0) {
      throw new TemplateFault("range: the step is 0");
    }
    List<Object> numbers = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      if (numbers.size() == MAX_RANGE) {
        throw new TemplateFault("range of more than " + MAX_RANGE + " numbers");
      }
      numbers.add(i);
    }
    return numbers;
  }
}
