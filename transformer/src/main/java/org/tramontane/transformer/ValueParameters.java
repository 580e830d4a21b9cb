package org.tramontane.transformer;

import java.lang.foreign.Arena;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;

/// What training changes of a [ValueModel]: its body's weights, or the adapter on them, and the scalar head.
public final class ValueParameters implements Parameters {
  /// The head in Hugging Face's `MistralForSequenceClassification`.
  static final String SCORE = "score.weight";

  /// The head beside an adapter, as PEFT names it.
  static final String ADAPTED_SCORE = "base_model.model." + SCORE;

  private final ModelParameters body;
  private final Tensor score;
  private final SequencedMap<String, Tensor> byName;

  /// Parameters of these parts.
  ///
  /// @param score F32 `[1, C]`
  public ValueParameters(ModelParameters body, Tensor score) {
    if (score.dtype() != DType.F32 || score.shape().rank() != 2 || score.rows() != 1) {
      throw new IllegalArgumentException("score is " + score + "; allowed: F32 [1, C]");
    }
    this.body = body;
    this.score = score;
    SequencedMap<String, Tensor> all = new LinkedHashMap<>(body.byName());
    all.put(
        switch (body) {
          case MistralWeights full -> SCORE;
          case LoraAdapter low -> ADAPTED_SCORE;
        },
        score);
    this.byName = Collections.unmodifiableSequencedMap(all);
  }

  /// The body's weights, or the adapter on them.
  public ModelParameters body() {
    return body;
  }

  /// The scalar head, `[1, C]`.
  public Tensor score() {
    return score;
  }

  @Override
  public SequencedMap<String, Tensor> byName() {
    return byName;
  }

  @Override
  public ValueParameters zerosLike(Arena arena) {
    return new ValueParameters(
        body.zerosLike(arena), Tensor.allocate(arena, DType.F32, Shape.of(1, score.columns())));
  }
}
