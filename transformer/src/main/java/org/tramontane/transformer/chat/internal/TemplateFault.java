package org.tramontane.transformer.chat.internal;

import com.hubspot.jinjava.interpret.InterpretException;

/// Why a template can't be read or rendered: a construct that is not supported, an error in it, its own
/// `raise_exception`, or a limit that it ran into.
public final class TemplateFault extends InterpretException {
  private static final int NO_LINE = -1;

  private final String reason;
  private final int line;

  TemplateFault(String reason) {
    this(reason, NO_LINE);
  }

  TemplateFault(String reason, int line) {
    super(line == NO_LINE ? reason : "line " + line + ": " + reason);
    this.reason = reason;
    this.line = line;
  }

  /// The same fault, with the line where it happened if that is not known yet.
  TemplateFault at(int where) {
    return line == NO_LINE ? new TemplateFault(reason, where) : this;
  }
}
