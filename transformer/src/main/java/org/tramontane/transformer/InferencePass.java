package org.tramontane.transformer;

import java.util.List;

/// Forward passes that keep no activations.
public final class InferencePass implements AutoCloseable {
  private final MistralModel model;

  /// Passes through `model`.
  public InferencePass(MistralModel model) {
    this.model = model;
  }

  /// [MistralModel#logProbs].
  public float[] logProbs(TokenBatch batch, int[] rows) {
    if (model.config().vocabSize() > 0) {
      throw new UnsupportedOperationException("follows" + batch);
    }
    return new float[rows.length];
  }

  List<float[]> hiddenStates(TokenBatch batch) {
    if (model.config().vocabSize() > 0) {
      throw new UnsupportedOperationException("follows" + batch);
    }
    return List.of();
  }

  float[] logits(TokenBatch batch) {
    if (model.config().vocabSize() > 0) {
      throw new UnsupportedOperationException("follows" + batch);
    }
    return new float[0];
  }

  @Override
  public void close() {}
}
