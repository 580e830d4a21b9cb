package org.tramontane.tests.golden;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.train.AdamWOptions;
import org.tramontane.spac.train.FrozenExample;
import org.tramontane.spac.train.LearningRateSchedule;
import org.tramontane.spac.train.SftTrainer;
import org.tramontane.spac.train.TrainingLength;
import org.tramontane.spac.train.TrainingObserver;
import org.tramontane.spac.train.TrainingOptions;
import org.tramontane.spac.train.Warmup;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.Backends;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.MeasuringArena;
import org.tramontane.tensor.Tensor;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.LinearModule;
import org.tramontane.transformer.LoraAdapter;
import org.tramontane.transformer.LoraConfig;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;

/// A program that scores and makes a step on a BF16 base with an adapter, and prints by how many bytes it grew.
final class MemoryProbe {
  static final Path CLEAR = Path.of("/proc/self/clear_refs");
  static final int THREADS = 2;
  static final int TOKENS = 1024;
  static final int RESPONSE = 1000;
  static final MistralConfig CONFIG =
      MistralConfig.builder()
          .vocabSize(8000)
          .hiddenSize(512)
          .intermediateSize(1408)
          .layers(8)
          .heads(8, 4)
          .headDim(64)
          .maxPositions(1024)
          .build();
  static final LoraConfig LORA = new LoraConfig(16, 32, 0.05, false, LinearModule.ofLayers());

  private static final Path STATUS = Path.of("/proc/self/status");

  private MemoryProbe() {}

  /// Prints the bytes.
  ///
  /// @param args whether to use gradient checkpointing
  @SuppressWarnings("SystemOut") // the figure is this program's output
  public static void main(String[] args) throws IOException {
    boolean checkpointing = Boolean.parseBoolean(args[0]);
    // Compiled code and the matrix library are no part of a plan: let them be there before.
    run(TinyModels.config().maxPositions(1024).build(), checkpointing, 64);
    Files.writeString(CLEAR, "5"); // from now on the peak is of what follows
    long before = status("VmRSS:");
    run(CONFIG, checkpointing, TOKENS);
    System.out.println(status("VmHWM:") - before);
  }

  private static void run(MistralConfig config, boolean checkpointing, int tokens) {
    try (Arena arena = Arena.ofShared();
        Backend backend = Backends.create("cpu", BackendOptions.threads(THREADS))) {
      LoraAdapter adapter = LoraAdapter.random(LORA, config, 1, arena);
      MistralModel model = new MistralModel(base(config, arena), backend).withAdapter(adapter);
      int[] ids = new SplittableRandom(1).ints(tokens, 3, config.vocabSize()).toArray();
      int prompt = tokens - tokens * RESPONSE / TOKENS;
      Completion completion =
          new Completion(Arrays.copyOf(ids, prompt), Arrays.copyOfRange(ids, prompt, tokens));
      PreferenceExample pair =
          PreferenceExample.of(
              completion.promptIds(), completion.responseIds(), completion.responseIds());
      FrozenExample.score(model, List.of(pair, pair));
      TrainingOptions options =
          new TrainingOptions(
                  AdamWOptions.of(1e-3),
                  new LearningRateSchedule.Constant(Warmup.NONE),
                  new TrainingLength.Steps(1),
                  1,
                  1,
                  1)
              .withGradientCheckpointing(checkpointing);
      new SftTrainer(model, options, TrainingObserver.NONE).train(List.of(completion));
    }
  }

  /// BF16 zeros.
  private static MistralWeights base(MistralConfig config, Arena arena) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    MistralWeights.zeros(config, new MeasuringArena())
        .byName()
        .forEach(
            (name, tensor) ->
                tensors.put(name, Tensor.allocate(arena, DType.BF16, tensor.shape())));
    return new MistralWeights(config, tensors);
  }

  private static long status(String key) throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }
}
