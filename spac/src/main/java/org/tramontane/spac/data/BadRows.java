package org.tramontane.spac.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.tramontane.tensor.UserError;

/// What becomes of rows that can't be used: the first one ends the run, or all of them are left out and counted.
///
/// Rows are bad when they are read (broken, incomplete, empty, of another shape), or when they are encoded (too long a
/// prompt, a conversation that the chat template refuses). A file that is broken as a whole is an error under both.
public final class BadRows {
  private static final int REASONS = 5;

  private final boolean skip;
  private final List<String> reasons = new ArrayList<>();
  private int skipped;

  private BadRows(boolean skip) {
    this.skip = skip;
  }

  /// The first bad row is an error.
  public static BadRows failing() {
    return new BadRows(false);
  }

  /// Bad rows are left out and counted.
  public static BadRows skipping() {
    return new BadRows(true);
  }

  /// Takes note of a bad row, or throws.
  ///
  /// @param reason names file, row and cause
  void report(UserError reason) {
    if (!skip) {
      throw reason;
    }
    skipped++;
    if (reasons.size() < REASONS) {
      reasons.add(String.valueOf(reason.getMessage()));
    }
  }

  /// What `work` makes of a row; empty if the row is bad.
  <T> Optional<T> attempt(Supplier<T> work) {
    try {
      return Optional.of(work.get());
    } catch (UserError e) {
      report(e);
      return Optional.empty();
    }
  }

  /// How many rows were left out so far.
  public int skipped() {
    return skipped;
  }

  /// Why the first few of them were.
  public List<String> reasons() {
    return List.copyOf(reasons);
  }
}
