package org.tramontane.transformer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.DeviceMemory;
import org.tramontane.tensor.DeviceMemory.Need;
import org.tramontane.tensor.MeasuringArena;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;

/// Whether a model, its cache and its passes have room on their backend's device, asked before anything is sent there.
/// Where they have none, the error says what would have: each smaller setting was added up the same way.
///
/// A backend without a memory of its own ([org.tramontane.tensor.Backend#memory]) is never asked.
final class DeviceRoom {
  private final MistralModel model;
  private final DeviceMemory memory;
  private final Work work;

  /// What a pass takes beside the weights, as a function of what can be made smaller.
  private interface Work {
    /// What is computed together, at most: sequences, or tokens.
    int batch();

    /// The least that [#batch] can become.
    int leastBatch();

    /// Tokens of the longest sequence.
    int context();

    /// What all but the weights take, in words and F32 bytes.
    List<Part> parts(int batch, int context);

    /// `batch` in words.
    String batchText(int batch);
  }

  /// A need and what it is for.
  private record Part(String what, long floats) {}

  /// A smaller setting. What is null, or 0, stays.
  private record Setting(@Nullable DType dtype, int batch, int context) {}

  private DeviceRoom(MistralModel model, DeviceMemory memory, Work work) {
    this.model = model;
    this.memory = memory;
    this.work = work;
  }

  /// Before prompts are continued.
  ///
  /// @param sequences under way together
  /// @param prefill tokens that are read together, at most
  /// @param longest sequence, prompt and new tokens together
  /// @throws UserError if that does not fit
  static void requireGeneration(MistralModel model, int sequences, int prefill, int longest) {
    require(model, new Generation(model, sequences, prefill, longest));
  }

  /// Before completions are scored.
  ///
  /// @param tokens of the largest batch
  /// @param rows of it that predict
  /// @param longest of its completions
  /// @param pathTokens of a tree's paths, 0 where there is no tree
  /// @throws UserError if that does not fit
  static void requireScoring(
      MistralModel model, int tokens, int rows, int longest, int pathTokens) {
    require(model, new Scoring(model, tokens, rows, longest, pathTokens));
  }

  private static void require(MistralModel model, Work work) {
    Optional<DeviceMemory> memory = model.backend().memory();
    if (memory.isPresent()) {
      new DeviceRoom(model, memory.get(), work).require();
    }
  }

  private record Generation(MistralModel model, int batch, int prefill, int context)
      implements Work {
    @Override
    public int leastBatch() {
      return 1;
    }

    @Override
    public List<Part> parts(int sequences, int longest) {
      MistralConfig config = model.config();
      long shorter = (long) sequences * longest;
      int read = (int) Math.min(prefill, shorter);
      return List.of(
          new Part("KV cache", MemoryUse.cache(config, sequences, longest)),
          new Part(
              "activations and logits",
              MemoryUse.inference(config, lora(model), read, sequences, sequences)
                  + angles(config, longest)));
    }

    @Override
    public String batchText(int sequences) {
      return sequences == 1 ? "1 sequence at a time" : sequences + " sequences at a time";
    }
  }

  private record Scoring(MistralModel model, int batch, int rows, int context, int pathTokens)
      implements Work {
    @Override
    public int leastBatch() {
      return context;
    }

    @Override
    public List<Part> parts(int tokens, int longest) {
      MistralConfig config = model.config();
      // A batch of one completion is as long as that.
      int computed = tokens == context ? Math.min(tokens, longest) : tokens;
      long bytes =
          MemoryUse.inference(config, lora(model), computed, Math.min(rows, computed), 0)
              + angles(config, longest);
      if (pathTokens > 0) {
        try (MeasuringArena arena = new MeasuringArena()) {
          InferencePass.measurePaths(arena, config, (int) ((long) pathTokens * computed / batch));
          bytes += arena.bytes();
        }
      }
      return List.of(new Part("activations", bytes));
    }

    @Override
    public String batchText(int tokens) {
      return tokens + " tokens at a time";
    }
  }

  private static Optional<LoraConfig> lora(MistralModel model) {
    return model.adapter().map(LoraAdapter::config);
  }

  /// Rotary angles, for positions in powers of two at most.
  private static long angles(MistralConfig config, int longest) {
    return 2L * Math.max(256, 2L * longest) * config.headDim() / 2 * Float.BYTES;
  }

  private void require() {
    Setting given = new Setting(null, work.batch(), work.context());
    Need need = need(given);
    if (memory.holds(need)) {
      return;
    }
    Need weights = weights(null);
    List<String> parts = new ArrayList<>();
    parts.add("weights " + DeviceMemory.text(weights.floats() + weights.words()));
    for (Part part : work.parts(work.batch(), work.context())) {
      parts.add(part.what + " " + DeviceMemory.text(part.floats));
    }
    throw new UserError(
        "backend "
            + model.backend().name()
            + ": the model needs more than the device has: "
            + memory.shortage(need)
            + " ("
            + String.join(", ", parts)
            + "). "
            + advice()
            + (memory.more().isEmpty() ? "" : "; or " + memory.more()));
  }

  private Need need(Setting setting) {
    Need need = weights(setting.dtype);
    for (Part part : work.parts(setting.batch, setting.context)) {
      need = need.plus(new Need(part.floats, 0, 0));
    }
    return need;
  }

  /// The weights and the adapter on them.
  ///
  /// @param dtype what matrices are stored as; null as they are
  private Need weights(@Nullable DType dtype) {
    Need need = new Need(0, 0, 0);
    for (Tensor tensor : model.weights().byName().values()) {
      need =
          need.plus(
              dtype == null || tensor.shape().rank() == 1
                  ? Need.ofBytes(tensor.dtype(), tensor.byteSize())
                  : Need.of(dtype, tensor.elements()));
    }
    LoraAdapter adapter = model.adapterOrNull();
    if (adapter != null) {
      for (Tensor tensor : adapter.byName().values()) {
        need = need.plus(Need.ofBytes(DType.F32, tensor.byteSize()));
      }
    }
    return need;
  }

  private boolean fits(Setting setting) {
    return memory.holds(need(setting));
  }

  /// Each single change that would do; else all of them together, as far as it takes.
  private String advice() {
    List<String> single = new ArrayList<>();
    List<DType> smaller = smaller();
    for (DType dtype : smaller) {
      if (fits(new Setting(dtype, work.batch(), work.context()))) {
        single.add("weights in " + dtype);
      }
    }
    int batch =
        largest(
            work.leastBatch(), work.batch() - 1, b -> fits(new Setting(null, b, work.context())));
    if (batch > 0) {
      single.add(work.batchText(batch) + " instead of " + work.batch());
    }
    int context = largest(1, work.context() - 1, c -> fits(new Setting(null, work.batch(), c)));
    if (context > 0) {
      single.add(contextText(context));
    }
    if (!single.isEmpty()) {
      return "What would fit: " + String.join("; or ", single);
    }
    DType smallest = smaller.isEmpty() ? null : smaller.getLast();
    String as = smallest == null ? "" : "weights in " + smallest + ", ";
    int least = work.leastBatch();
    if (least < work.batch() && fits(new Setting(smallest, least, work.context()))) {
      int most =
          largest(least, work.batch() - 1, b -> fits(new Setting(smallest, b, work.context())));
      return "What would fit: " + as + work.batchText(most);
    }
    int shorter = largest(1, work.context() - 1, c -> fits(new Setting(smallest, least, c)));
    if (shorter > 0) {
      return "What would fit: "
          + as
          + (least < work.batch() ? work.batchText(least) + ", " : "")
          + contextText(shorter);
    }
    return "Nothing here would fit: even "
        + as
        + "one sequence of one token, would take "
        + total(need(new Setting(smallest, 1, 1)));
  }

  private String contextText(int context) {
    return "sequences of up to " + context + " tokens instead of " + work.context();
  }

  private static String total(Need need) {
    return DeviceMemory.text(need.floats() + need.words());
  }

  /// How matrices could be stored in fewer bytes, largest first.
  private List<DType> smaller() {
    List<Shape> matrices =
        WeightNames.shapes(model.config()).values().stream().filter(s -> s.rank() > 1).toList();
    long now = matrixBytes();
    return List.of(DType.BF16, DType.Q8_0).stream()
        .filter(
            dtype ->
                matrices.stream()
                    .allMatch(s -> s.extent(s.rank() - 1) % dtype.blockElements() == 0))
        .filter(dtype -> matrices.stream().mapToLong(s -> dtype.bytes(s.elements())).sum() < now)
        .sorted(Comparator.comparingLong((DType dtype) -> dtype.bytes(32)).reversed())
        .toList();
  }

  private long matrixBytes() {
    return model.weights().byName().values().stream()
        .filter(tensor -> tensor.shape().rank() > 1)
        .mapToLong(Tensor::byteSize)
        .sum();
  }

  /// The largest number from `from` to `to` that passes, where smaller ones pass if a larger one does; 0 if none does.
  private static int largest(int from, int to, IntPredicate passes) {
    if (from > to || !passes.test(from)) {
      return 0;
    }
    int good = from;
    int bad = to + 1;
    while (bad - good > 1) {
      int middle = (good + bad) >>> 1;
      if (passes.test(middle)) {
        good = middle;
      } else {
        bad = middle;
      }
    }
    return good;
  }
}
