package org.tramontane.transformer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;

/// Continues prompts, one or many at once, with a [KvCache].
///
/// Prompts share decoding steps: up to a number of sequences are under way together, and where one ends the next prompt
/// takes its place. What a sequence becomes does not depend on the others, as far as the backend's kernels give a row the
/// same bits whatever rows are beside it.
public final class Generator {
  /// How many sequences are under way together unless the caller says otherwise.
  public static final int DEFAULT_SEQUENCES = 16;

  /// Prompts are read together up to this many tokens; a longer one is read alone.
  private static final int PREFILL_TOKENS = 4096;

  private final MistralModel model;
  private final int sequences;

  /// Hears of each token as it is chosen.
  @FunctionalInterface
  public interface Listener {
    /// Sequence `sequence` goes on with `id`.
    void onToken(int sequence, int id);

    /// Whether sequence `sequence` ends with the token that [#onToken] has just heard of; by default it does not.
    default boolean stops(int sequence) {
      return false;
    }
  }

  /// A generator on `model`.
  public Generator(MistralModel model) {
    this(model, DEFAULT_SEQUENCES);
  }

  /// A generator with up to `sequences` sequences under way together.
  public Generator(MistralModel model, int sequences) {
    if (sequences < 1) {
      throw new IllegalArgumentException("sequences = " + sequences + "; allowed: 1 or more");
    }
    this.model = model;
    this.sequences = sequences;
  }

  /// Continues each prompt; see [#generate(List, GenerationOptions, Sampler, Listener)].
  ///
  /// @throws UserError if a prompt is empty or leaves no room for a token, or an id is not in the vocabulary
  public List<int[]> generate(List<int[]> prompts, GenerationOptions options, Sampler sampler) {
    return generate(prompts, options, sampler, (sequence, id) -> {});
  }

  /// Continues each prompt and tells `listener` of each token at once.
  ///
  /// A sequence ends with EOS, after `maxNewTokens`, where prompt and new tokens together reach the model's
  /// `max_position_embeddings`, or where `listener` says so.
  ///
  /// @return for each prompt, in the order given, the new tokens; the ending EOS is one of them
  /// @throws UserError if a prompt is empty or leaves no room for a token, or an id is not in the vocabulary, or if model,
  ///     cache and activations have no room on the backend's device; then nothing was sent there
  public List<int[]> generate(
      List<int[]> prompts, GenerationOptions options, Sampler sampler, Listener listener) {
    if (prompts.isEmpty()) {
      return List.of();
    }
    Deque<Sequence> waiting = new ArrayDeque<>();
    int longest = 0;
    int longestPrompt = 0;
    for (int i = 0; i < prompts.size(); i++) {
      Sequence sequence = new Sequence(i, prompts.get(i), options, sampler);
      longest = Math.max(longest, sequence.limit);
      longestPrompt = Math.max(longestPrompt, sequence.promptLength);
      waiting.add(sequence);
    }
    List<Sequence> all = List.copyOf(waiting);
    int together = Math.min(sequences, all.size());
    int prefill =
        (int) Math.max(longestPrompt, Math.min(PREFILL_TOKENS, (long) together * longestPrompt));
    DeviceRoom.requireGeneration(model, together, prefill, longest);
    try (InferencePass pass = new InferencePass(model);
        KvCache cache = new KvCache(model.config(), together, longest)) {
      new Run(pass, cache, waiting, listener).run();
    }
    return all.stream().map(Sequence::newTokens).toList();
  }

  /// One prompt and what it has become so far.
  private final class Sequence {
    private final int index;
    private final GenerationOptions options;
    private final TokenChooser chooser;
    private final int promptLength;
    private final int limit;
    private final int[] ids;
    private int length;
    private int slot;
    private boolean finished;

    Sequence(int index, int[] prompt, GenerationOptions options, Sampler sampler) {
      int most = model.config().maxPositionEmbeddings();
      if (prompt.length == 0) {
        throw new UserError("prompt " + index + " is empty; give it at least one token");
      }
      if (prompt.length >= most) {
        throw new UserError(
            "prompt "
                + index
                + " has "
                + prompt.length
                + " tokens and leaves no room for a new one; max_position_embeddings = "
                + most);
      }
      this.index = index;
      this.options = options;
      this.chooser = TokenChooser.of(sampler, index);
      this.promptLength = prompt.length;
      this.limit = (int) Math.min((long) prompt.length + options.maxNewTokens(), most);
      this.ids = Arrays.copyOf(prompt, limit);
      this.length = prompt.length;
    }

    /// Takes the token that follows from its row of the logits.
    void append(Logits logits, int row, Listener listener) {
      int id = chooser.choose(logits, row);
      ids[length++] = id;
      listener.onToken(index, id);
      finished = length == limit || options.stopsAt(id) || listener.stops(index);
    }

    int[] newTokens() {
      return Arrays.copyOfRange(ids, promptLength, length);
    }
  }

  /// One call of [#generate].
  private final class Run {
    private final InferencePass pass;
    private final KvCache cache;
    private final Deque<Sequence> waiting;
    private final Listener listener;
    private final List<Sequence> active = new ArrayList<>();
    private final Deque<Integer> freeSlots = new ArrayDeque<>();
    private final float[] row = new float[model.config().vocabSize()];

    Run(InferencePass pass, KvCache cache, Deque<Sequence> waiting, Listener listener) {
      this.pass = pass;
      this.cache = cache;
      this.waiting = waiting;
      this.listener = listener;
      for (int slot = 0; slot < cache.sequences(); slot++) {
        freeSlots.add(slot);
      }
    }

    void run() {
      while (!waiting.isEmpty() || !active.isEmpty()) {
        while (!waiting.isEmpty() && !freeSlots.isEmpty()) {
          prefill();
        }
        if (!active.isEmpty()) {
          decode();
        }
      }
    }

    private void prefill() {
      List<Sequence> entering = new ArrayList<>();
      int tokens = 0;
      while (!waiting.isEmpty()
          && !freeSlots.isEmpty()
          && (entering.isEmpty() || tokens + waiting.element().length <= PREFILL_TOKENS)) {
        Sequence sequence = waiting.remove();
        sequence.slot = freeSlots.remove();
        tokens += sequence.length;
        entering.add(sequence);
      }
      TokenBatch batch =
          TokenBatch.of(entering.stream().map(s -> Arrays.copyOf(s.ids, s.length)).toList());
      int[] slots = entering.stream().mapToInt(s -> s.slot).toArray();
      append(entering, pass.prefill(batch, slots, cache));
    }

    private void decode() {
      int[] ids = active.stream().mapToInt(s -> s.ids[s.length - 1]).toArray();
      int[] slots = active.stream().mapToInt(s -> s.slot).toArray();
      int[] positions = active.stream().mapToInt(s -> s.length - 1).toArray();
      List<Sequence> stepping = List.copyOf(active);
      active.clear();
      append(stepping, pass.decode(ids, slots, positions, cache));
    }

    /// Row i of `tensor` is sequence i's; those that go on become active.
    private void append(List<Sequence> sequences, Tensor tensor) {
      Logits logits = new Logits(model.backend().kernels(), tensor, row);
      for (int i = 0; i < sequences.size(); i++) {
        Sequence sequence = sequences.get(i);
        sequence.append(logits, i, listener);
        if (sequence.finished) {
          freeSlots.add(sequence.slot);
        } else {
          active.add(sequence);
        }
      }
    }
  }
}
