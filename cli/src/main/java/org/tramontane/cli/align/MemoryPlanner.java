package org.tramontane.cli.align;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.tramontane.spac.loss.UnpairedLoss;
import org.tramontane.spac.train.MemoryPlan;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.DeviceMemory;
import org.tramontane.tensor.DeviceMemory.Need;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Generator;
import org.tramontane.transformer.LoraConfig;
import org.tramontane.transformer.MemoryUse;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralWeights;

/// Plans the memory of a run from its options: an upper bound, as if every sequence were as long as it may be. Nothing is
/// allocated, and of the model only `config.json` is read, and the storage type where weights are there.
final class MemoryPlanner {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// New tokens of the report's samples, where a method draws none itself.
  private static final int PROBE_TOKENS = 64;

  /// What a plan depends on and a user can change.
  ///
  /// @param options what was changed so far, in the command's words
  private record Choice(
      Optional<LoraConfig> lora,
      DType base,
      boolean checkpointing,
      int batchSize,
      int maxLength,
      List<String> options) {
    Choice with(String option, Optional<LoraConfig> newLora, DType newBase) {
      return new Choice(newLora, newBase, checkpointing, batchSize, maxLength, and(option));
    }

    Choice checkpointed() {
      return new Choice(lora, base, true, batchSize, maxLength, and("--gradient-checkpointing"));
    }

    Choice one() {
      String option =
          "--per-device-train-batch-size 1 (and %d times the --gradient-accumulation-steps)"
              .formatted(batchSize);
      return new Choice(lora, base, checkpointing, 1, maxLength, and(option));
    }

    Choice cut(int length) {
      String option = "--max-length " + length;
      return new Choice(lora, base, checkpointing, batchSize, length, and(option));
    }

    /// A later word on the same option takes the place of an earlier one.
    private List<String> and(String option) {
      String name = option.replaceFirst(" .*", "");
      List<String> all = new ArrayList<>(options);
      all.removeIf(other -> other.replaceFirst(" .*", "").equals(name));
      all.add(option);
      return all;
    }
  }

  private final MistralConfig config;
  private final Plan plan;
  private final int threads;
  private final LoraConfig criticLora;
  private final Choice given;

  /// @param maxLength tokens of a sequence at most
  MemoryPlanner(
      Path folder,
      MistralConfig config,
      Plan plan,
      LoraFlags lora,
      int maxLength,
      int batchSize,
      boolean checkpointing,
      int threads) {
    this.config = config;
    this.plan = plan;
    this.threads = threads;
    this.criticLora = lora.critic();
    this.given =
        new Choice(
            lora.planned(),
            lora.baseDtype().orElseGet(() -> stored(folder)),
            checkpointing,
            batchSize,
            maxLength,
            List.of());
  }

  /// How the linear layers are stored: as the weights say, or `config.json` where there are none.
  private static DType stored(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      if (files.anyMatch(file -> file.toString().endsWith(".safetensors"))) {
        try (Arena arena = Arena.ofShared()) {
          return MistralWeights.open(folder, arena).layer(0).qProj().dtype();
        }
      }
      var json = JSON.readTree(folder.resolve("config.json").toFile());
      return switch (json.path("dtype").asText(json.path("torch_dtype").asText())) {
        case "bfloat16" -> DType.BF16;
        case "float16" -> DType.F16;
        default -> DType.F32;
      };
    } catch (IOException e) {
      throw new UserError(folder + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /// The plan of the run as it was asked for.
  MemoryPlan plan() {
    return plan(given);
  }

  private MemoryPlan plan(Choice choice) {
    int tokens = size((long) choice.batchSize * sequences() * choice.maxLength);
    int newTokens =
        switch (plan) {
          case Plan.Supervised supervised -> PROBE_TOKENS;
          case Plan.Offline offline -> PROBE_TOKENS;
          case Plan.Spin spin -> spin.play().maxNewTokens();
          case Plan.Spac spac -> spac.play().maxNewTokens();
          case Plan.Game game -> game.game().play().maxNewTokens();
        };
    boolean another =
        switch (plan) {
          case Plan.Supervised supervised -> false;
          case Plan.Offline offline -> offline.reference().isPresent();
          case Plan.Spin spin -> spin.previous().isPresent();
          case Plan.Spac spac -> spac.previous().isPresent();
          case Plan.Game game -> game.previous().isPresent();
        };
    return MemoryPlan.of(
        new MemoryPlan.Setup(
            config,
            choice.lora,
            choice.base,
            another ? 1 : 0,
            tokens,
            tokens,
            choice.checkpointing,
            Generator.DEFAULT_SEQUENCES,
            Math.min(choice.maxLength + newTokens, config.maxPositionEmbeddings()),
            threads,
            plan instanceof Plan.Game game ? Optional.of(critic(game, choice)) : Optional.empty()));
  }

  /// The critic of SPAC's explicit form: an adapter where that was asked for, or where nothing was and the policy is one.
  private MemoryPlan.Critic critic(Plan.Game game, Choice choice) {
    boolean peft = game.criticPeft().orElse(choice.lora.isPresent());
    boolean copied = game.game().play().rounds() > 1 && game.game().klSamples() > 0;
    return new MemoryPlan.Critic(
        peft ? Optional.of(choice.lora.orElse(criticLora)) : Optional.empty(),
        3 * choice.batchSize,
        copied);
  }

  /// Sequences that one example brings.
  private int sequences() {
    return switch (plan) {
      case Plan.Supervised supervised -> 1;
      case Plan.Offline offline -> offline.loss() instanceof UnpairedLoss ? 1 : 2;
      case Plan.Spin spin -> 2;
      case Plan.Spac spac -> 3;
      case Plan.Game game -> 3;
    };
  }

  private static int size(long tokens) {
    if (tokens > Integer.MAX_VALUE) {
      throw new UserError(
          "a batch of %d tokens; allowed: below 2^31. A smaller --per-device-train-batch-size or --max-length helps"
              .formatted(tokens));
    }
    return (int) tokens;
  }

  /// The memory of the machine or container.
  static long machine() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Long.MAX_VALUE;
  }

  /// Refuses a run that takes more than `memory` bytes, and says what would not.
  void requireFits(long memory) {
    long needed = plan().peak();
    if (needed <= memory) {
      return;
    }
    throw new UserError(
        "the run is planned to take %s, and there are %s. %s; --plan shows where it goes"
            .formatted(
                gibibytes(needed),
                gibibytes(memory),
                advice(choice -> plan(choice).peak() <= memory, choice -> plan(choice).peak())));
  }

  /// Refuses a run that has no room on the backend's device, and says what would have.
  void requireFits(DeviceMemory device) {
    Need needed = onDevice(given);
    if (device.holds(needed)) {
      return;
    }
    throw new UserError(
        "the run is planned to take more than the backend's device has: %s. %s; --plan shows where it goes%s"
            .formatted(
                device.shortage(needed),
                advice(
                    choice -> device.holds(onDevice(choice)),
                    choice -> onDevice(choice).floats() + onDevice(choice).words()),
                device.more().isEmpty() ? "" : "; or " + device.more()));
  }

  private Need onDevice(Choice choice) {
    return plan(choice).onDevice(MemoryUse.largestWeight(config, choice.base));
  }

  private String advice(Predicate<Choice> fits, ToLongFunction<Choice> bytes) {
    Choice smallest = given;
    for (Choice choice : alternatives()) {
      if (fits.test(choice)) {
        return String.join(" with ", choice.options)
            + " would take "
            + DeviceMemory.text(bytes.applyAsLong(choice));
      }
      smallest = choice;
    }
    return "Nothing here would fit: even %s would take %s"
        .formatted(String.join(" with ", smallest.options), gibibytes(bytes.applyAsLong(smallest)));
  }

  /// From what costs nothing but time to what changes the run, each with all before it.
  private List<Choice> alternatives() {
    List<Choice> all = new ArrayList<>();
    Choice choice = given;
    if (!choice.checkpointing) {
      choice = choice.checkpointed();
      all.add(choice);
    }
    if (choice.batchSize > 1) {
      choice = choice.one();
      all.add(choice);
    }
    if (choice.lora.isEmpty()) {
      choice = choice.with("--use-peft", Optional.of(LoraFlags.defaults()), choice.base);
      all.add(choice);
    }
    if (choice.base == DType.F32) {
      choice = choice.with("--base-dtype bf16", choice.lora, DType.BF16);
      all.add(choice);
    }
    choice = choice.with("--base-dtype q8_0", choice.lora, DType.Q8_0);
    all.add(choice);
    for (int length = 512; length >= 128; length /= 2) {
      if (length < given.maxLength) {
        choice = choice.cut(length);
        all.add(choice);
      }
    }
    return all;
  }

  private static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }

  /// The plan as `run.json` and `--plan --json` have it.
  static ObjectNode json(MemoryPlan plan) {
    ObjectNode node = JSON.createObjectNode();
    node.put("peak_bytes", plan.peak());
    node.put("busiest_phase", name(plan.busiest()));
    var items = node.putArray("items");
    for (MemoryPlan.Item item : plan.items()) {
      items
          .addObject()
          .put("phase", name(item.phase()))
          .put("what", item.what())
          .put("dtype", item.dtype().name())
          .put("bytes", item.bytes());
    }
    return node;
  }

  private static String name(MemoryPlan.Phase phase) {
    return phase.name().toLowerCase(Locale.ROOT);
  }
}
