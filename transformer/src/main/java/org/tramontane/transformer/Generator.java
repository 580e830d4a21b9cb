package org.tramontane.transformer;

import java.util.List;
import org.tramontane.tensor.UserError;

/// Continues prompts, one or many at once, with a KV cache.
public final class Generator {
  private final MistralModel model;

  /// Hears of each token as it is chosen.
  @FunctionalInterface
  public interface Listener {
    /// Sequence `sequence` goes on with `id`.
    void onToken(int sequence, int id);
  }

  /// A generator on `model`.
  public Generator(MistralModel model) {
    this.model = model;
  }

  /// Continues each prompt; the result holds the new tokens only, the ending EOS included.
  ///
  /// @throws UserError if a prompt is empty, or too long for the model
  public List<int[]> generate(List<int[]> prompts, GenerationOptions options, Sampler sampler) {
    return generate(prompts, options, sampler, (sequence, id) -> {});
  }

  /// Continues each prompt and tells `listener` of each token at once.
  ///
  /// @throws UserError if a prompt is empty, or too long for the model
  public List<int[]> generate(
      List<int[]> prompts, GenerationOptions options, Sampler sampler, Listener listener) {
    if (model.config().vocabSize() > 0) {
      throw new UnsupportedOperationException("follows" + options + sampler + listener);
    }
    return prompts;
  }
}
