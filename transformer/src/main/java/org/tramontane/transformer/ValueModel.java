package org.tramontane.transformer;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;

/// A transformer that says one number of a sequence, read at its last token: Hugging Face's
/// `MistralForSequenceClassification` with one label.
///
/// ```
/// value = RMSNorm(h_last) score^T,  score [1, C], no bias
/// ```
///
/// The body is a [MistralModel] whose own head is not used: all of its weights are trained, or an adapter on frozen ones,
/// which it then may share with other models. The final norm is trained with the weights and frozen under an adapter; the
/// scalar head is always trained. A fresh head is 0, so that every value begins at exactly 0.
///
/// [ValuePass] has the derivative, [ValueScorer] values alone.
public final class ValueModel {
  private final MistralModel body;
  private final ValueParameters trainable;

  /// A model of these parts; it owns neither.
  ///
  /// @param body whose adapter is not on the head, if it has one
  /// @param score F32 `[1, C]`
  public ValueModel(MistralModel body, Tensor score) {
    if (score.columns() != body.config().hiddenSize()) {
      throw new IllegalArgumentException(
          "score is " + score + "; allowed: [1, " + body.config().hiddenSize() + "]");
    }
    body.adapter().ifPresent(adapter -> requireNoHead(adapter.config()));
    this.body = body;
    this.trainable = new ValueParameters(body.trainable(), score);
  }

  private static void requireNoHead(LoraConfig lora) {
    if (lora.targetModules().contains(LinearModule.LM_HEAD)) {
      throw new IllegalArgumentException(
          "an adapter on lm_head, which a value model has not; allowed: layers");
    }
  }

  /// A fresh value model of which all weights are trained: an F32 copy of `start` without its head.
  public static ValueModel onCopyOf(MistralWeights start, Backend backend, Arena arena) {
    MistralConfig config = headless(start.config());
    ValueModel model =
        new ValueModel(
            new MistralModel(MistralWeights.zeros(config, arena), backend),
            zeroScore(config, arena));
    model.restart(start, 0);
    return model;
  }

  /// A fresh value model on the weights of `base`, which stay as they are and are not copied.
  ///
  /// @param lora the adapter that is trained
  /// @param seed of the adapter
  /// @throws UserError if the adapter would sit on lm_head alone
  public static ValueModel onAdapter(MistralModel base, LoraConfig lora, long seed, Arena arena) {
    LoraAdapter adapter = LoraAdapter.random(lora.withoutHead(), base.config(), seed, arena);
    return new ValueModel(
        base.withoutAdapter().withAdapter(adapter), zeroScore(base.config(), arena));
  }

  /// Makes this a fresh model again.
  ///
  /// @param start what all weights are copied from, where they are what is trained
  /// @param seed of the adapter, where that is
  public void restart(MistralWeights start, long seed) {
    switch (trainable.body()) {
      case MistralWeights full ->
          full.byName().forEach((name, tensor) -> tensor.copyFrom(start.get(name)));
      case LoraAdapter low -> low.restart(seed);
    }
    score().fill(0);
  }

  private static Tensor zeroScore(MistralConfig config, Arena arena) {
    return Tensor.allocate(arena, DType.F32, Shape.of(1, config.hiddenSize()));
  }

  /// The shape without a head of its own: that of a tied model.
  static MistralConfig headless(MistralConfig config) {
    return config.withTiedEmbeddings();
  }

  /// Reads what [#writeTo] has written; all weights come as F32.
  ///
  /// @param dir a `MistralForSequenceClassification` checkpoint, or an adapter for one in PEFT's format
  /// @param base what an adapter sits on; not read otherwise
  /// @throws UserError if a file is missing or broken, or does not fit
  public static ValueModel open(
      Path dir, @Nullable MistralModel base, Backend backend, Arena arena) {
    return ValueFiles.open(dir, base, backend, arena);
  }

  /// Writes a `MistralForSequenceClassification` checkpoint in F32, or the adapter with the head in PEFT's format, into a
  /// folder that is there, with the tokenizer's files of `startedFrom`.
  ///
  /// @throws IOException if a file can't be written
  public void writeTo(Path folder, Path startedFrom) throws IOException {
    ValueFiles.write(this, folder, startedFrom);
  }

  /// What comes before the scalar head.
  public MistralModel body() {
    return body;
  }

  /// The scalar head, F32 `[1, C]`.
  public Tensor score() {
    return trainable.score();
  }

  /// What training changes.
  public ValueParameters trainable() {
    return trainable;
  }

  /// The shape of the body.
  public MistralConfig config() {
    return body.config();
  }

  /// Who computes.
  public Backend backend() {
    return body.backend();
  }
}
