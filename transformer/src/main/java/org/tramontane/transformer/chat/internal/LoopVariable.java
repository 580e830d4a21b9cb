package org.tramontane.transformer.chat.internal;

import java.util.List;

/// What `loop` is in a turn of a loop.
///
/// @param items all elements
/// @param at the element of this turn, from 0
/// @param changing what `changed` was last called with, shared by all turns
record LoopVariable(List<Object> items, int at, List<Object> changing) implements Attributes {
  @Override
  public Object attribute(String name) {
    int size = items.size();
    return switch (name) {
      case "index" -> at + 1L;
      case "index0" -> (long) at;
      case "revindex" -> (long) (size - at);
      case "revindex0" -> size - at - 1L;
      case "first" -> at == 0;
      case "last" -> at == size - 1;
      case "length" -> (long) size;
      case "depth" -> 1L;
      case "depth0" -> 0L;
      case "previtem" -> at > 0 ? items.get(at - 1) : new Undefined("there is no previous item");
      case "nextitem" -> at + 1 < size ? items.get(at + 1) : new Undefined("there is no next item");
      case "cycle" ->
          (Callable)
              arguments -> {
                if (arguments.positional().isEmpty()) {
                  throw new TemplateFault("loop.cycle needs something to cycle through");
                }
                return arguments.positional().get(at % arguments.positional().size());
              };
      case "changed" ->
          (Callable)
              arguments -> {
                boolean changed = !Python.equal(changing, arguments.positional(), 0) || at == 0;
                changing.clear();
                changing.addAll(arguments.positional());
                return changed;
              };
      default -> Undefined.attribute(this, name);
    };
  }
}
