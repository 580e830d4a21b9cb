package org.tramontane.spac.eval.engine;

import java.util.Arrays;
import java.util.OptionalInt;
import org.tramontane.spac.eval.python.PythonText;
import org.tramontane.spac.eval.task.Request;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.CompletionEncoder.TextEncoder;

/// Turns requests into token ids, as both versions of the harness do for causal models.
///
/// White space at the end of a context goes to the continuation. The context is encoded alone; the continuation is what
/// the encoding of both as one text has beyond as many tokens as the context has. So where the two encodings differ
/// before that, the model reads the context's own. No BOS is prepended; EOS stands for an empty context.
///
/// Not thread-safe.
public final class RequestEncoder {
  private final TextEncoder encoder;
  private final OptionalInt eos;
  private final int maxLength;
  private final boolean truncate;
  private String lastContext = "";
  private int[] lastIds = {};
  private int truncated;

  /// An encoder.
  ///
  /// @param encoder the tokenizer, without BOS and EOS
  /// @param eos stands for an empty context
  /// @param maxLength tokens that the model reads at most
  /// @param truncate whether a longer context loses its beginning; it is an error if not
  public RequestEncoder(TextEncoder encoder, OptionalInt eos, int maxLength, boolean truncate) {
    this.encoder = encoder;
    this.eos = eos;
    this.maxLength = maxLength;
    this.truncate = truncate;
  }

  /// How many requests lost the beginning of their context so far.
  public int truncated() {
    return truncated;
  }

  /// Context and continuation, of which the last `maxLength + 1` tokens stay: the last one is only predicted.
  ///
  /// @throws UserError if the continuation has no token of its own or does not fit, or the context does not and may not
  ///     be cut
  public Completion encode(Request.LogLikelihood request) {
    int[] context = contextIds(request.context());
    int[] continuation = continuationIds(request, context.length);
    if (continuation.length > maxLength) {
      throw new UserError(
          "a continuation of "
              + continuation.length
              + " tokens does not fit the model, which reads "
              + maxLength
              + " at most");
    }
    int room = maxLength + 1 - continuation.length;
    return new Completion(lastOf(context, room), continuation);
  }

  /// Context of a generation, of which the last `maxLength - 256` tokens stay.
  ///
  /// @throws UserError if the model reads no more than the new tokens, or the context does not fit and may not be cut
  public int[] encode(Request.GreedyUntil request) {
    int room = maxLength - Request.GreedyUntil.MAX_NEW_TOKENS;
    if (room < 1) {
      throw new UserError(
          "a generation of "
              + Request.GreedyUntil.MAX_NEW_TOKENS
              + " tokens leaves no room for its context; the model reads "
              + maxLength
              + " tokens at most");
    }
    return lastOf(contextIds(request.context()), room);
  }

  private int[] lastOf(int[] context, int room) {
    if (context.length <= room) {
      return context;
    }
    if (!truncate) {
      throw new UserError(
          "a context of "
              + context.length
              + " tokens is longer than the model takes beside its answer, "
              + room
              + "; --truncate left cuts its beginning off, as the harness does");
    }
    truncated++;
    return Arrays.copyOfRange(context, context.length - room, context.length);
  }

  private int[] contextIds(String context) {
    if (context.isEmpty()) {
      return new int[] {
        eos.orElseThrow(
            () ->
                new UserError("an empty context, and the model has no eos_token_id to begin with"))
      };
    }
    String text = PythonText.rstrip(context);
    // The choices of a question come one after the other with the same context.
    if (!text.equals(lastContext)) {
      lastIds = encoder.encode(text);
      lastContext = text;
    }
    if (lastIds.length == 0) {
      throw new UserError("a context without a token; give it at least one character");
    }
    return lastIds;
  }

  private int[] continuationIds(Request.LogLikelihood request, int contextLength) {
    boolean empty = request.context().isEmpty();
    int[] whole = encoder.encode(request.context() + request.continuation());
    int from = empty ? 0 : contextLength;
    if (whole.length <= from) {
      throw new UserError(
          "the continuation '" + request.continuation() + "' has no token of its own");
    }
    return Arrays.copyOfRange(whole, from, whole.length);
  }
}
