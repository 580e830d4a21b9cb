package org.tramontane.transformer.chat.internal;

/// Python's `None`.
enum None {
  NONE;

  @Override
  public String toString() {
    return "None";
  }
}
