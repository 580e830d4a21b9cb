package org.tramontane.cli.align;

import static java.util.stream.Collectors.joining;
import static org.tramontane.cli.align.Method.AOT;
import static org.tramontane.cli.align.Method.AOT_UNPAIRED;
import static org.tramontane.cli.align.Method.DPO;
import static org.tramontane.cli.align.Method.KTO;
import static org.tramontane.cli.align.Method.ORPO;
import static org.tramontane.cli.align.Method.ROBUST;
import static org.tramontane.cli.align.Method.SFT;
import static org.tramontane.cli.align.Method.SIMPO;
import static org.tramontane.cli.align.Method.SPAC;
import static org.tramontane.cli.align.Method.SPIN;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.tramontane.tensor.UserError;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// Which options belong to which methods; all others belong to every one.
final class MethodOptions {
  private static final Map<String, Set<Method>> OWNERS = new HashMap<>();

  static {
    own(EnumSet.complementOf(EnumSet.of(SFT, SPAC)), "--beta");
    own(EnumSet.of(DPO, ROBUST, AOT, AOT_UNPAIRED, SIMPO), "--label-smoothing");
    own(
        EnumSet.complementOf(EnumSet.of(SFT, SPAC, SPIN, SIMPO, ORPO)),
        "--reference",
        "--reference-cache");
    own(EnumSet.of(SIMPO), "--simpo-gamma");
    own(EnumSet.of(KTO), "--desirable-weight", "--undesirable-weight");
    own(EnumSet.of(SPAC), "--critic", "--relative", "--lambda", "--eta");
    own(EnumSet.of(SPAC, SPIN), "--rounds", "--previous", "--temperature", "--max-new-tokens");
    own(EnumSet.of(SPIN), "--keep-previous");
    own(EnumSet.of(SFT), "--packing", "--completion-only-loss");
  }

  private MethodOptions() {}

  private static void own(Set<Method> methods, String... options) {
    for (String option : options) {
      OWNERS.put(option, methods);
    }
  }

  /// Checks that all options that were given, on the command line or in a recipe, belong to `method`.
  ///
  /// @throws UserError if one does not; it would have no effect
  static void requireFitting(Method method, ParseResult given) {
    for (OptionSpec option : given.matchedOptions()) {
      if (!fits(method, option)) {
        throw new UserError(
            option.longestName()
                + " does not belong to --method "
                + method
                + ", but to "
                + owners(option).stream().map(Method::toString).collect(joining(", ")));
      }
    }
  }

  /// Whether an option has a meaning for `method`.
  static boolean fits(Method method, OptionSpec option) {
    return owners(option).contains(method);
  }

  private static Set<Method> owners(OptionSpec option) {
    return OWNERS.getOrDefault(option.longestName(), EnumSet.allOf(Method.class));
  }
}
