package org.tramontane.cli.align;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tramontane.cli.WeightDtype;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.LoraAdapter;
import org.tramontane.transformer.LoraConfig;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import picocli.CommandLine.Option;

/// Whether all weights are trained, or an adapter on frozen ones. Names and defaults are TRL's `ModelConfig`'s.
final class LoraFlags {
  private static final int DEFAULT_R = 16;
  private static final double DEFAULT_ALPHA = 32;
  private static final double DEFAULT_DROPOUT = 0.05;
  private static final List<String> DEFAULT_TARGETS = List.of("q_proj", "v_proj");

  /// What a run begins with.
  ///
  /// @param policy the model that changes
  /// @param start a model that says what the policy said at the beginning, and stays so
  record Models(MistralModel policy, MistralModel start) {}

  @Option(
      names = "--use-peft",
      arity = "0..1",
      fallbackValue = "true",
      description =
          "Train a LoRA adapter and leave the model's weights as they are; --output is then an adapter in PEFT's format.")
  private boolean usePeft;

  @Option(names = "--lora-r", description = "Rank, under --use-peft. Default: 16.")
  private @Nullable Integer r;

  @Option(
      names = "--lora-alpha",
      description = "The adapter is scaled by alpha / r, under --use-peft. Default: 32.")
  private @Nullable Double alpha;

  @Option(
      names = "--lora-dropout",
      description = "Share of an adapter's input left out in training. Default: 0.05.")
  private @Nullable Double dropout;

  @Option(
      names = "--lora-target-modules",
      split = ",",
      paramLabel = "NAME",
      description =
          "Of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, lm_head; all-linear for all but lm_head."
              + " Default: q_proj,v_proj.")
  private List<String> targets = new ArrayList<>();

  @Option(
      names = "--use-rslora",
      arity = "0..1",
      fallbackValue = "true",
      description = "Scale by alpha / sqrt(r) instead (2312.03732).")
  private boolean useRslora;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description =
          "Go on with this adapter on --model instead of a fresh one; rank and all else are its own.")
  private @Nullable Path adapter;

  @Option(
      names = "--base-dtype",
      paramLabel = "f32|bf16|q8_0",
      description =
          "How the frozen weights are kept, under --use-peft. Default: as they are stored.")
  private @Nullable WeightDtype baseDtype;

  /// Whether an adapter is trained.
  boolean isOn() {
    return usePeft || adapter != null;
  }

  /// The folder of the adapter that training begins with, if one was named.
  Optional<Path> adapter() {
    return Optional.ofNullable(adapter);
  }

  /// The adapter that will be trained, if one is.
  Optional<LoraConfig> planned() {
    if (adapter != null) {
      requireNoOptionsBeside(adapter);
      return Optional.of(LoraConfig.load(adapter));
    }
    return usePeft ? Optional.of(config()) : Optional.empty();
  }

  /// The adapter of a critic, if that is one: as the policy's, or as the options say.
  LoraConfig critic() {
    return planned().orElseGet(this::config);
  }

  /// How frozen weights are kept, if that was said.
  Optional<DType> baseDtype() {
    return Optional.ofNullable(baseDtype).map(WeightDtype::dtype);
  }

  /// The adapter of `--use-peft` without more.
  static LoraConfig defaults() {
    return new LoraConfig(
        DEFAULT_R,
        DEFAULT_ALPHA,
        DEFAULT_DROPOUT,
        false,
        LoraConfig.targets("--lora-target-modules", DEFAULT_TARGETS));
  }

  /// The checkpoint in `folder` as a policy.
  ///
  /// @param seed of a fresh adapter
  /// @param forCritic whether a critic beside the policy is an adapter in any case
  Models open(Path folder, long seed, Arena arena, Backend backend, boolean forCritic) {
    MistralWeights stored = MistralWeights.open(folder, arena);
    if (!isOn()) {
      if (!forCritic || baseDtype != null) {
        requireNoLoraOptions("--use-peft");
      }
      return new Models(
          new MistralModel(stored.toF32(arena), backend), new MistralModel(stored, backend));
    }
    MistralModel base =
        new MistralModel(
            baseDtype == null ? stored : stored.storedAs(baseDtype.dtype(), arena), backend);
    Path given = adapter;
    if (given == null) {
      LoraAdapter fresh = LoraAdapter.random(config(), base.config(), seed, arena);
      return new Models(base.withAdapter(fresh), base);
    }
    requireNoOptionsBeside(given);
    return new Models(
        base.withAdapter(LoraAdapter.open(given, base.config(), arena)),
        base.withAdapter(LoraAdapter.open(given, base.config(), arena)));
  }

  private void requireNoOptionsBeside(Path given) {
    if (r != null || alpha != null || dropout != null || !targets.isEmpty() || useRslora) {
      throw new UserError(
          "--adapter "
              + given
              + " brings its own rank, alpha, dropout, targets and scaling: leave --lora-... away");
    }
  }

  private LoraConfig config() {
    return new LoraConfig(
        r == null ? DEFAULT_R : r,
        alpha == null ? DEFAULT_ALPHA : alpha,
        dropout == null ? defaultDropout() : dropout,
        useRslora,
        LoraConfig.targets("--lora-target-modules", targets.isEmpty() ? DEFAULT_TARGETS : targets));
  }

  /// An adapter on the head can't have dropout.
  private double defaultDropout() {
    return targets.contains("lm_head") ? 0 : DEFAULT_DROPOUT;
  }

  private void requireNoLoraOptions(String needed) {
    boolean given =
        r != null
            || alpha != null
            || dropout != null
            || !targets.isEmpty()
            || useRslora
            || baseDtype != null;
    if (given) {
      throw new UserError(
          "--lora-..., --use-rslora and --base-dtype belong to an adapter: give " + needed);
    }
  }
}
