package org.tramontane.transformer.chat.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tramontane.transformer.chat.internal.ExpressionParser.Target;

/// What a template does at one place. The tree that jinjava keeps has a place's number where the template had words.
sealed interface Statement {
  /// The line of the template, from 1.
  int line();

  /// Prints a value.
  record Print(Expression value, int line) implements Statement {}

  /// The question of an `if` or `elif`.
  record Condition(Expression value, int line) implements Statement {}

  /// The head of a `for`.
  ///
  /// @param targets what an element is bound to; more than one take it apart
  /// @param items what is run over
  /// @param filter elements for which it is false are left out; null for none
  record Loop(List<Target> targets, Expression items, @Nullable Expression filter, int line)
      implements Statement {}

  /// A `set`.
  ///
  /// @param value what is bound; null where it is the block's text
  /// @param filtered the block's text behind its filters, which it asks its scope for under [#BLOCK]
  record Assignment(List<Target> targets, @Nullable Expression value, Expression filtered, int line)
      implements Statement {
    /// A name that no template can spell.
    static final String BLOCK = " block";
  }

  /// The head of a `macro`.
  record Definition(String name, List<Parameter> parameters, int line) implements Statement {}

  /// A macro's parameter.
  ///
  /// @param otherwise its default; null if there is none
  record Parameter(String name, @Nullable Expression otherwise) {}
}
