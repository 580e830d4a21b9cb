package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.DeviceMemory;
import org.tramontane.transformer.LoraConfig;
import org.tramontane.transformer.MemoryUse;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.Scorer;

/// What a training run takes outside the Java heap, before anything is allocated or read: from the model's shape, how its
/// weights are kept, and the largest micro-batch.
///
/// Sampling, scoring and training follow each other and free what they took, so the peak is what is always there and the
/// largest of the three.
///
/// @param items in the order of the run
public record MemoryPlan(List<Item> items) {

  /// When an item is there.
  public enum Phase {
    /// From the beginning to the end.
    ALWAYS,
    /// While responses are drawn.
    SAMPLING,
    /// While frozen log-probabilities are computed, or held-out pairs evaluated.
    SCORING,
    /// While steps are made.
    TRAINING,
    /// While SPAC's critic makes its steps, in the explicit form.
    CRITIC
  }

  /// The critic of SPAC's explicit form.
  ///
  /// @param lora its adapter, or empty where it is a copy of all weights
  /// @param sequences of the largest micro-batch
  /// @param previousCopied whether what is trained of pi_t is copied, to measure how far the policy goes from it
  public record Critic(Optional<LoraConfig> lora, int sequences, boolean previousCopied) {}

  /// One entry.
  ///
  /// @param what in words
  /// @param dtype how it is stored
  public record Item(Phase phase, String what, DType dtype, long bytes) {}

  /// What a plan is made for.
  ///
  /// @param lora the adapter, or empty where all weights are trained
  /// @param base how the weights are kept: the frozen ones, or the checkpoint that trained ones were read from
  /// @param frozenModels other checkpoints of this shape that are there too
  /// @param tokens of the largest micro-batch
  /// @param rows of it whose next token is predicted
  /// @param sampled sequences that are drawn together; 0 for none
  /// @param sampledTokens the longest of them, prompt included
  /// @param threads that compute
  /// @param critic if there is one
  public record Setup(
      MistralConfig config,
      Optional<LoraConfig> lora,
      DType base,
      int frozenModels,
      int tokens,
      int rows,
      boolean gradientCheckpointing,
      int sampled,
      int sampledTokens,
      int threads,
      Optional<Critic> critic) {

    /// A run without a critic of its own.
    public Setup(
        MistralConfig config,
        Optional<LoraConfig> lora,
        DType base,
        int frozenModels,
        int tokens,
        int rows,
        boolean gradientCheckpointing,
        int sampled,
        int sampledTokens,
        int threads) {
      this(
          config,
          lora,
          base,
          frozenModels,
          tokens,
          rows,
          gradientCheckpointing,
          sampled,
          sampledTokens,
          threads,
          Optional.empty());
    }
  }

  /// Vocabulary entries and tokens of a tile of logits on the CPU, which each thread has one of.
  private static final long TILE = 1024L * 512;

  /// What the CPU's threads compute in.
  private static final String SCRATCH = "logits chunks and scratch";

  /// Floats of a piece of a weight that a thread widens at a time.
  private static final long PANEL = 1L << 20;

  /// The plan.
  public static MemoryPlan of(Setup s) {
    List<Item> items = new ArrayList<>();
    MistralConfig config = s.config;
    long trainable = MemoryUse.trainable(config, s.lora);
    items.add(new Item(Phase.ALWAYS, "base weights", s.base, MemoryUse.weights(config, s.base)));
    items.add(
        new Item(
            Phase.ALWAYS,
            s.lora.isPresent() ? "adapter" : "trained weights",
            DType.F32,
            trainable));
    if (s.frozenModels > 0) {
      long bytes = s.frozenModels * MemoryUse.weights(config, s.base);
      items.add(new Item(Phase.ALWAYS, "frozen models", s.base, bytes));
    }
    s.critic.ifPresent(critic -> items.add(critic(s, critic)));
    items.add(new Item(Phase.ALWAYS, SCRATCH, DType.F32, scratch(s)));
    if (s.sampled > 0) {
      long cache = MemoryUse.cache(config, s.sampled, s.sampledTokens);
      items.add(new Item(Phase.SAMPLING, "KV cache", DType.F32, cache));
      int read = Math.max(s.sampledTokens, Math.min(4096, s.sampled * s.sampledTokens));
      long pass = MemoryUse.inference(config, s.lora, read, s.sampled, s.sampled);
      items.add(new Item(Phase.SAMPLING, "activations and logits", DType.F32, pass));
    }
    int scored = Math.max(Scorer.DEFAULT_TOKEN_BUDGET, s.tokens);
    long scoring = MemoryUse.inference(config, s.lora, scored, scored, 0);
    items.add(new Item(Phase.SCORING, "activations", DType.F32, scoring));
    long kept = MemoryUse.training(config, s.lora, s.gradientCheckpointing, s.tokens, s.rows);
    items.add(new Item(Phase.TRAINING, "activations", DType.F32, kept));
    items.add(new Item(Phase.TRAINING, "gradients", DType.F32, trainable));
    items.add(new Item(Phase.TRAINING, "AdamW's moments", DType.F32, 2 * trainable));
    s.critic.ifPresent(critic -> items.addAll(criticStep(s, critic, trainable)));
    return new MemoryPlan(List.copyOf(items));
  }

  /// The critic itself, which is there in all rounds.
  private static Item critic(Setup s, Critic critic) {
    return new Item(
        Phase.ALWAYS,
        critic.lora.isPresent() ? "critic's adapter and head" : "critic's weights",
        DType.F32,
        MemoryUse.valueTrainable(s.config, critic.lora));
  }

  /// What the critic step takes, and what the policy step takes more than without a critic. A critic's values are
  /// computed when its step is over; the larger of the two counts.
  private static List<Item> criticStep(Setup s, Critic critic, long policyTrainable) {
    List<Item> items = new ArrayList<>();
    long trainable = MemoryUse.valueTrainable(s.config, critic.lora);
    int scored = Math.max(Scorer.DEFAULT_TOKEN_BUDGET, s.tokens);
    long values = MemoryUse.valueInference(s.config, critic.lora, scored, scored);
    long kept =
        MemoryUse.valueTraining(
            s.config, critic.lora, s.gradientCheckpointing, s.tokens, critic.sequences);
    long step = kept + 3 * trainable;
    items.add(new Item(Phase.CRITIC, "activations", DType.F32, step < values ? values : kept));
    if (step >= values) {
      items.add(new Item(Phase.CRITIC, "gradients", DType.F32, trainable));
      items.add(new Item(Phase.CRITIC, "AdamW's moments", DType.F32, 2 * trainable));
    }
    if (critic.previousCopied) {
      items.add(new Item(Phase.TRAINING, "copy of pi_t", DType.F32, policyTrainable));
    }
    return items;
  }

  private static long scratch(Setup s) {
    boolean narrow = s.base != DType.F32 && s.lora.isPresent();
    long widened = narrow ? Math.max(PANEL, 1024L * s.config.hiddenSize()) : 0;
    long tiles = 512L * s.config.hiddenSize() * (s.threads - 1);
    return 4 * (s.threads * (TILE + widened) * 5 / 4 + tiles);
  }

  /// Bytes of one phase, without what is always there.
  public long bytes(Phase phase) {
    return items.stream().filter(item -> item.phase == phase).mapToLong(Item::bytes).sum();
  }

  /// The phase that takes most.
  public Phase busiest() {
    return List.of(Phase.SAMPLING, Phase.SCORING, Phase.TRAINING, Phase.CRITIC).stream()
        .max(Comparator.comparingLong(this::bytes))
        .orElseThrow();
  }

  /// The most that is there at once.
  public long peak() {
    return bytes(Phase.ALWAYS) + bytes(busiest());
  }

  /// What the run takes of a device with a memory of its own, at most at once: all but what the CPU's threads compute in.
  ///
  /// @param largestWeight bytes of the largest of the base weights
  public DeviceMemory.Need onDevice(long largestWeight) {
    DeviceMemory.Need always = need(Phase.ALWAYS);
    long busiest =
        Arrays.stream(Phase.values())
            .filter(phase -> phase != Phase.ALWAYS)
            .mapToLong(phase -> need(phase).floats())
            .max()
            .orElseThrow();
    return new DeviceMemory.Need(
        always.floats() + busiest, always.words(), always.words() == 0 ? 0 : largestWeight);
  }

  private DeviceMemory.Need need(Phase phase) {
    return items.stream()
        .filter(item -> item.phase == phase && !item.what.equals(SCRATCH))
        .map(item -> DeviceMemory.Need.ofBytes(item.dtype, item.bytes))
        .reduce(new DeviceMemory.Need(0, 0, 0), DeviceMemory.Need::plus);
  }

  /// A table.
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Item item : items) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-9s %-26s %-5s %9.3f GiB%n",
              item.phase.name().toLowerCase(Locale.ROOT),
              item.what,
              item.dtype,
              gibibytes(item.bytes)));
    }
    return text.append(
            String.format(
                Locale.ROOT,
                "%-42s %9.3f GiB, besides the Java heap",
                "peak, " + busiest().name().toLowerCase(Locale.ROOT),
                gibibytes(peak())))
        .toString();
  }

  private static double gibibytes(long bytes) {
    return bytes / (double) (1L << 30);
  }
}
