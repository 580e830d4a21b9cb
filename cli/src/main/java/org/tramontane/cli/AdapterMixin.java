package org.tramontane.cli;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Backend;
import org.tramontane.transformer.LoraAdapter;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import picocli.CommandLine.Option;

/// The option of every command that runs a model: an adapter on it.
public final class AdapterMixin {
  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description =
          "A LoRA adapter on the model, in PEFT's format: adapter_config.json and adapter_model.safetensors.")
  private @Nullable Path adapter;

  /// The adapter's folder, or null for none.
  public @Nullable Path folder() {
    return adapter;
  }

  /// The checkpoint in `model` as it is stored, under the adapter if there is one; mapped as long as `arena` lives.
  public MistralModel open(Path model, Arena arena, Backend backend) {
    MistralModel base = new MistralModel(MistralWeights.open(model, arena), backend);
    return adapter == null
        ? base
        : base.withAdapter(LoraAdapter.open(adapter, base.config(), arena));
  }
}
