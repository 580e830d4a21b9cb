package org.tramontane.cli.align;

import java.util.Set;

/// The options of `align` that do not decide what comes out of a run. Whoever asks whether two runs are the same leaves these
/// out, and what else does not matter to his question; what lies where these options point to is compared by its digest.
public final class PlaceOptions {
  private static final Set<String> KEYS =
      Set.of(
          "adapter",
          "data",
          "dry_run",
          "eval_data",
          "json",
          "model",
          "output",
          "overwrite",
          "plan",
          "previous",
          "recipe",
          "reference",
          "reference_cache",
          "resume",
          "save_steps",
          "save_total_limit",
          "verbose");

  private PlaceOptions() {}

  /// Whether an option says where things lie, what is shown, or what is kept on the way.
  ///
  /// @param key as `run.json` has it
  public static boolean has(String key) {
    return KEYS.contains(key);
  }
}
