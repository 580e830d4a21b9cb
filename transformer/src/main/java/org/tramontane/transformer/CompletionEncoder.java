package org.tramontane.transformer;

import java.util.Arrays;
import java.util.OptionalInt;
import org.tramontane.tensor.UserError;

/// Turns prompts and responses from text to token ids, in the one way that scoring and training share.
///
/// A sequence is BOS (where the model has one), then the tokens of prompt and response *as one text*: a tokenizer may
/// treat the beginning of a text, or characters that meet, otherwise than the two parts apart. The response begins where
/// these tokens first differ from those of the prompt alone; a token that spans the border belongs to the response.
public final class CompletionEncoder {

  /// A tokenizer's encoding of a text, without BOS and EOS.
  @FunctionalInterface
  public interface TextEncoder {
    /// The ids of `text`.
    int[] encode(String text);
  }

  private final TextEncoder encoder;
  private final OptionalInt bos;
  private final OptionalInt eos;

  /// An encoder for a model.
  public CompletionEncoder(TextEncoder encoder, MistralConfig config) {
    this.encoder = encoder;
    this.bos = config.bosTokenId();
    this.eos = config.eosTokenIds().stream().mapToInt(id -> id).findFirst();
  }

  /// BOS and the prompt.
  ///
  /// @throws UserError if that is no token at all
  public int[] prompt(String prompt) {
    int[] ids = withBos(encoder.encode(prompt));
    if (ids.length == 0) {
      throw new UserError("the prompt is empty; give it at least one character");
    }
    return ids;
  }

  /// BOS, the prompt and the response.
  ///
  /// @param withEos whether the response ends with the model's (first) EOS
  /// @throws UserError if the response is empty, the prompt is empty and there is no BOS, or EOS is asked for and the
  ///     model has none
  public Completion completion(String prompt, String response, boolean withEos) {
    if (response.isEmpty()) {
      throw new UserError("the response is empty; give it at least one character");
    }
    int[] alone = prompt(prompt);
    int[] whole = withBos(encoder.encode(prompt + response));
    int border = Arrays.mismatch(alone, whole);
    if (border < 0 || border == whole.length) {
      throw new UserError("the response has no token of its own; give it another character");
    }
    if (border == 0) {
      throw new UserError(
          "prompt and response begin with one token and the model has no BOS; give a longer prompt");
    }
    int[] responseIds = Arrays.copyOfRange(whole, border, whole.length);
    if (withEos) {
      responseIds = Arrays.copyOf(responseIds, responseIds.length + 1);
      responseIds[responseIds.length - 1] =
          eos.orElseThrow(
              () -> new UserError("the model has no eos_token_id to end a response with"));
    }
    return new Completion(Arrays.copyOf(whole, border), responseIds);
  }

  private int[] withBos(int[] ids) {
    if (bos.isEmpty()) {
      return ids;
    }
    int[] longer = new int[ids.length + 1];
    longer[0] = bos.getAsInt();
    System.arraycopy(ids, 0, longer, 1, ids.length);
    return longer;
  }
}
