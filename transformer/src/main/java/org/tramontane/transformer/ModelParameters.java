package org.tramontane.transformer;

import java.lang.foreign.Arena;

/// What training changes of a [MistralModel]: all weights, or an adapter alone.
public sealed interface ModelParameters extends Parameters permits MistralWeights, LoraAdapter {

  @Override
  ModelParameters zerosLike(Arena arena);
}
