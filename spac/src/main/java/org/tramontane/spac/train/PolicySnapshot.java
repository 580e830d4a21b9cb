package org.tramontane.spac.train;

import java.lang.foreign.Arena;
import org.tramontane.transformer.LoraAdapter;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;

/// A policy as it is now, kept while it is trained: a copy of what is trained, on the same base where that is an adapter.
final class PolicySnapshot implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final MistralModel model;

  PolicySnapshot(MistralModel policy) {
    this.model =
        switch (policy.trainable()) {
          case MistralWeights full -> new MistralModel(full.toF32(arena), policy.backend());
          case LoraAdapter low -> {
            LoraAdapter copy = low.zerosLike(arena);
            copy.byName().forEach((name, tensor) -> tensor.copyFrom(low.get(name)));
            yield policy.withAdapter(copy);
          }
        };
  }

  MistralModel model() {
    return model;
  }

  @Override
  public void close() {
    arena.close();
  }
}
