package org.tramontane.transformer;

/// Forward and backward passes.
public final class TrainingPass implements AutoCloseable {
  private final MistralModel model;

  /// Passes through `model`.
  public TrainingPass(MistralModel model) {
    this.model = model;
  }

  /// The log-probabilities as [MistralModel#logProbs] gives them, with activations kept for [#backward].
  public float[] forward(TokenBatch batch, int[] rows) {
    if (model.config().vocabSize() > 0) {
      throw new UnsupportedOperationException("follows" + batch);
    }
    return new float[rows.length];
  }

  /// Adds dL/dparameter to `gradients`, given dL/d(log-probability) of each row of the last [#forward].
  ///
  /// Uses the activations up: one backward per forward.
  public void backward(float[] dLogProb, MistralWeights gradients) {
    if (dLogProb.length > 0) {
      throw new UnsupportedOperationException("follows");
    }
    gradients.clear();
  }

  @Override
  public void close() {}
}
