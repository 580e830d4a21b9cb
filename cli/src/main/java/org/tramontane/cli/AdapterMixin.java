package org.tramontane.cli;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Backend;
import org.tramontane.transformer.LoraAdapter;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import picocli.CommandLine.Option;

/// The options of every command that runs a model as it is: an adapter on it, and how its weights are kept.
public final class AdapterMixin {
  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description =
          "A LoRA adapter on the model, in PEFT's format: adapter_config.json and adapter_model.safetensors.")
  private @Nullable Path adapter;

  @Option(
      names = "--dtype",
      paramLabel = "f32|bf16|q8_0",
      description =
          "How the model's matrices are kept in memory: fewer bits take less of it and round. Default: as they are stored.")
  private @Nullable WeightDtype dtype;

  /// How the weights are kept, or null for as they are stored.
  public @Nullable WeightDtype dtype() {
    return dtype;
  }

  /// The adapter's folder, or null for none.
  public @Nullable Path folder() {
    return adapter;
  }

  /// The checkpoint in `model`, kept as was asked for, under the adapter if there is one; mapped or copied as long as `arena`
  /// lives.
  public MistralModel open(Path model, Arena arena, Backend backend) {
    MistralWeights stored = MistralWeights.open(model, arena);
    MistralModel base =
        new MistralModel(dtype == null ? stored : stored.storedAs(dtype.dtype(), arena), backend);
    return adapter == null
        ? base
        : base.withAdapter(LoraAdapter.open(adapter, base.config(), arena));
  }
}
