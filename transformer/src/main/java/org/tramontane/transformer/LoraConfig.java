package org.tramontane.transformer;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.tramontane.tensor.UserError;

/// How a LoRA adapter (Hu et al. 2021, arXiv 2106.09685) is made, under the names of PEFT's `LoraConfig`:
/// `y = W x + scaling * B A dropout(x)` with A `[r, in]` and B `[out, r]`.
///
/// @param r the rank, 1 or more
/// @param loraAlpha the numerator of the scaling, above 0
/// @param loraDropout the probability that an element of x is left out in training, at least 0 and below 1
/// @param useRslora whether the scaling is `lora_alpha / sqrt(r)` (Kalajdzievski 2023, arXiv 2312.03732) instead of
///     `lora_alpha / r`
/// @param targetModules the linear layers that have an adapter, one or more
public record LoraConfig(
    int r,
    double loraAlpha,
    double loraDropout,
    boolean useRslora,
    Set<LinearModule> targetModules) {
  /// What stands in `target_modules` for all linear layers except the head.
  public static final String ALL_LINEAR = "all-linear";

  /// Checks the ranges.
  public LoraConfig {
    if (r < 1) {
      throw new IllegalArgumentException("r = " + r + "; allowed: 1 or more");
    }
    if (!(loraAlpha > 0) || Double.isInfinite(loraAlpha)) {
      throw new IllegalArgumentException("lora_alpha = " + loraAlpha + "; allowed: above 0");
    }
    if (!(loraDropout >= 0 && loraDropout < 1)) {
      throw new IllegalArgumentException(
          "lora_dropout = " + loraDropout + "; allowed: at least 0 and below 1");
    }
    if (targetModules.isEmpty()) {
      throw new IllegalArgumentException("target_modules is empty; allowed: " + allowed());
    }
    if (targetModules.contains(LinearModule.LM_HEAD) && loraDropout > 0) {
      throw new IllegalArgumentException(
          "lora_dropout = "
              + loraDropout
              + " with lm_head in target_modules; allowed: 0, because the head's logits are computed"
              + " from one weight and never exist as a whole");
    }
    targetModules = Collections.unmodifiableSet(EnumSet.copyOf(targetModules));
  }

  /// A configuration without dropout, scaled by `lora_alpha / r`.
  public static LoraConfig of(int r, double loraAlpha, Set<LinearModule> targetModules) {
    return new LoraConfig(r, loraAlpha, 0, false, targetModules);
  }

  /// What the adapter in `dir` says of itself in `adapter_config.json`.
  ///
  /// @throws UserError if the file is missing or broken, or asks for what is not supported
  public static LoraConfig load(Path dir) {
    return PeftFiles.config(dir.resolve(PeftFiles.CONFIG));
  }

  /// The modules that names stand for: those of [LinearModule], or [#ALL_LINEAR].
  ///
  /// @param where what a message begins with, such as a file and a key
  /// @throws UserError if a name is none of a linear layer
  public static Set<LinearModule> targets(String where, List<String> names) {
    EnumSet<LinearModule> modules = EnumSet.noneOf(LinearModule.class);
    for (String name : names) {
      if (name.equals(ALL_LINEAR)) {
        modules.addAll(LinearModule.ofLayers());
      } else {
        modules.add(
            LinearModule.named(name)
                .orElseThrow(
                    () -> new UserError(where + " names '" + name + "'; allowed: " + allowed())));
      }
    }
    return modules;
  }

  private static String allowed() {
    return Arrays.stream(LinearModule.values()).map(LinearModule::moduleName).collect(joining(", "))
        + ", or "
        + ALL_LINEAR;
  }

  /// The same without the head among its targets, for a model that has none.
  ///
  /// @throws UserError if no target is left
  public LoraConfig withoutHead() {
    Set<LinearModule> layers = EnumSet.copyOf(targetModules);
    layers.remove(LinearModule.LM_HEAD);
    if (layers.isEmpty()) {
      throw new UserError(
          "target_modules = lm_head leaves nothing to adapt in a model without that head; name a"
              + " linear layer as well");
    }
    return new LoraConfig(r, loraAlpha, loraDropout, useRslora, layers);
  }

  /// What `B A x` is multiplied with.
  public double scaling() {
    return loraAlpha / (useRslora ? Math.sqrt(r) : r);
  }
}
