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

  /// Of SPAC's options those that belong to one of its forms.
  private static final Map<String, SpacForm> FORMS = new HashMap<>();

  static {
    own(EnumSet.complementOf(EnumSet.of(SFT, SPAC)), "--beta");
    own(EnumSet.of(DPO, ROBUST, AOT, AOT_UNPAIRED, SIMPO), "--label-smoothing");
    own(
        EnumSet.complementOf(EnumSet.of(SFT, SPAC, SPIN, SIMPO, ORPO)),
        "--reference",
        "--reference-cache");
    own(EnumSet.of(SIMPO), "--simpo-gamma");
    own(EnumSet.of(KTO), "--desirable-weight", "--undesirable-weight");
    own(EnumSet.of(SPAC), "--lambda", "--eta", "--spac-form");
    own(SpacForm.PRACTICAL, "--critic", "--relative");
    own(
        SpacForm.EXPLICIT,
        "--critic-bound",
        "--critic-learning-rate",
        "--critic-num-train-epochs",
        "--critic-use-peft",
        "--critic-restart",
        "--policy-pairs",
        "--kl-samples");
    own(EnumSet.of(SPAC, SPIN), "--rounds", "--previous", "--temperature", "--max-new-tokens");
    own(EnumSet.of(SPIN), "--keep-previous");
    own(EnumSet.of(SFT), "--packing", "--completion-only-loss");
  }

  private MethodOptions() {}

  private static void own(SpacForm form, String... options) {
    own(EnumSet.of(SPAC), options);
    for (String option : options) {
      FORMS.put(option, form);
    }
  }

  private static void own(Set<Method> methods, String... options) {
    for (String option : options) {
      OWNERS.put(option, methods);
    }
  }

  /// Checks that all options that were given, on the command line or in a recipe, belong to `method`.
  ///
  /// @throws UserError if one does not; it would have no effect
  static void requireFitting(Method method, SpacForm form, ParseResult given) {
    for (OptionSpec option : given.matchedOptions()) {
      if (!owners(option).contains(method)) {
        throw new UserError(
            option.longestName()
                + " does not belong to --method "
                + method
                + ", but to "
                + owners(option).stream().map(Method::toString).collect(joining(", ")));
      }
      if (!fits(method, form, option)) {
        throw new UserError(
            option.longestName()
                + " does not belong to --spac-form "
                + form
                + ", but to "
                + FORMS.get(option.longestName()));
      }
    }
  }

  /// Whether an option has a meaning for `method`.
  ///
  /// @param form of SPAC; has no meaning for other methods
  static boolean fits(Method method, SpacForm form, OptionSpec option) {
    SpacForm owner = FORMS.get(option.longestName());
    return owners(option).contains(method) && (owner == null || owner == form);
  }

  private static Set<Method> owners(OptionSpec option) {
    return OWNERS.getOrDefault(option.longestName(), EnumSet.allOf(Method.class));
  }
}
