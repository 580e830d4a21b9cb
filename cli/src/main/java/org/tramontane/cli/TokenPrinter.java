package org.tramontane.cli;

import java.io.PrintWriter;
import org.tramontane.transformer.tokenizer.StreamingDecoder;

/// Prints tokens as they are generated.
interface TokenPrinter {
  /// The next token.
  void print(int id);

  /// No more tokens: what is left, and the end of the line.
  void end();

  /// Prints ids with spaces between them.
  static TokenPrinter ofIds(PrintWriter out) {
    return new TokenPrinter() {
      private boolean first = true;

      @Override
      public void print(int id) {
        out.print(first ? "" : " ");
        out.print(id);
        out.flush();
        first = false;
      }

      @Override
      public void end() {
        out.println();
        out.flush();
      }
    };
  }

  /// Prints text, each character as soon as it is complete.
  static TokenPrinter ofText(StreamingDecoder decoder, PrintWriter out) {
    return new TokenPrinter() {
      @Override
      public void print(int id) {
        out.print(decoder.append(id));
        out.flush();
      }

      @Override
      public void end() {
        out.println(decoder.flush());
        out.flush();
      }
    };
  }

  /// Prints nothing.
  static TokenPrinter silent() {
    return new TokenPrinter() {
      @Override
      public void print(int id) {}

      @Override
      public void end() {}
    };
  }
}
