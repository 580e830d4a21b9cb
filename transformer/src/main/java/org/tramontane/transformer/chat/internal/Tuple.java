package org.tramontane.transformer.chat.internal;

import java.util.AbstractList;
import java.util.List;
import java.util.Objects;

/// A list that is printed as Python prints tuples.
final class Tuple extends AbstractList<Object> {
  private final List<?> elements;

  Tuple(List<?> elements) {
    this.elements = List.copyOf(elements);
  }

  @Override
  public Object get(int index) {
    return Objects.requireNonNull(elements.get(index));
  }

  @Override
  public int size() {
    return elements.size();
  }
}
