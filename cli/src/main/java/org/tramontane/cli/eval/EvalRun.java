package org.tramontane.cli.eval;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tramontane.cli.ModelTokenizer;
import org.tramontane.cli.WeightDtype;
import org.tramontane.spac.data.DataFile;
import org.tramontane.spac.data.DataPurpose;
import org.tramontane.spac.data.ExampleEncoder;
import org.tramontane.spac.data.LengthLimits;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.data.Sha256;
import org.tramontane.spac.eval.engine.Evaluator;
import org.tramontane.spac.eval.engine.ItemLog;
import org.tramontane.spac.eval.engine.ItemResult;
import org.tramontane.spac.eval.engine.PreferenceScores;
import org.tramontane.spac.eval.engine.RequestEncoder;
import org.tramontane.spac.eval.engine.TextPerplexity;
import org.tramontane.spac.eval.engine.Throughput;
import org.tramontane.spac.eval.result.Outcome;
import org.tramontane.spac.eval.result.TaskOutcome;
import org.tramontane.spac.eval.stats.Score;
import org.tramontane.spac.eval.task.EvalItem;
import org.tramontane.spac.eval.task.LeaderboardTask;
import org.tramontane.spac.eval.task.TaskData;
import org.tramontane.spac.eval.task.TaskFiles;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import org.tramontane.transformer.tokenizer.Tokenizer;

/// One evaluation: a model, its data, and where its scores go.
final class EvalRun implements AutoCloseable {
  /// A task with its prompts.
  private record Part(String name, TaskData data, int shots, List<EvalItem> items) {}

  // Shared, because backends compute with threads of their own.
  private final Arena arena = Arena.ofShared();
  private final Path folder;
  private final EvalFlags flags;
  private final Backend backend;
  private final MistralModel model;
  private final Tokenizer tokenizer;
  private final int maxLength;
  private final List<Part> parts;

  /// Opens the model and reads all data, so that a mistake shows before anything is computed.
  EvalRun(Path folder, EvalFlags flags, Backend backend) {
    this.folder = folder;
    this.flags = flags;
    this.backend = backend;
    boolean complete = false;
    try {
      this.parts = parts(flags);
      this.model = flags.adapter().open(folder, arena, backend);
      this.tokenizer =
          ModelTokenizer.find(folder, model.config())
              .orElseThrow(
                  () ->
                      new UserError(
                          folder + ": no tokenizer.json or tokenizer.model; tasks are texts"));
      this.maxLength = flags.maxLength(model.config().maxPositionEmbeddings());
      complete = true;
    } finally {
      if (!complete) {
        arena.close();
      }
    }
  }

  private static List<Part> parts(EvalFlags flags) {
    TaskFiles files = flags.files();
    List<Part> parts = new ArrayList<>();
    for (LeaderboardTask task : flags.tasks()) {
      int shots = flags.shots(task);
      for (TaskData data : TaskData.read(task, files, shots)) {
        List<EvalItem> items =
            data.items(flags.protocol(), shots, flags.limit().orElse(Integer.MAX_VALUE));
        parts.add(new Part(data.name(flags.protocol()), data, shots, items));
      }
    }
    return parts;
  }

  /// Everything that a score depends on: a run with the same goes on where an earlier one stopped.
  ObjectNode run() {
    ObjectNode run = JsonNodeFactory.instance.objectNode();
    run.put("protocol", flags.protocol().label());
    run.put("model_sha256", sha256(folder));
    Path adapter = flags.adapter().folder();
    if (adapter != null) {
      run.put("adapter", adapter.toString());
      run.put("adapter_sha256", sha256(adapter));
    }
    WeightDtype dtype = flags.adapter().dtype();
    if (dtype != null) {
      run.put("dtype", dtype.dtype().name());
    }
    ObjectNode data = run.putObject("data");
    TaskFiles files = flags.files();
    for (LeaderboardTask task : flags.tasks()) {
      data.put(task.label() + "." + task.split(), files.sha256(task, task.split()));
      task.poolSplit()
          .filter(split -> flags.shots(task) > 0)
          .ifPresent(split -> data.put(task.label() + "." + split, files.sha256(task, split)));
    }
    Path text = flags.text();
    if (text != null) {
      data.put(TextPerplexity.NAME + ".text", Sha256.of(text));
    }
    Path pairs = flags.pairs();
    if (pairs != null) {
      data.put(PreferenceScores.NAME + ".pairs", Sha256.of(pairs));
      run.put("beta", flags.beta());
      Path reference = flags.reference();
      run.put("reference_sha256", reference == null ? "none" : sha256(reference));
    }
    ObjectNode shots = run.putObject("num_fewshot");
    flags.tasks().forEach(task -> shots.put(task.label(), flags.shots(task)));
    run.put("backend", backend.description());
    run.put("max_length", maxLength);
    run.put("truncate", flags.truncates() ? "left" : "error");
    OptionalInt limit = flags.limit();
    run.put("limit", limit.isPresent() ? String.valueOf(limit.getAsInt()) : "none");
    return run;
  }

  /// Of the files that make a checkpoint what it is.
  private static String sha256(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return Sha256.of(
          files
              .filter(
                  file -> {
                    String name = file.getFileName().toString();
                    return name.endsWith(".safetensors")
                        || name.equals("config.json")
                        || name.equals("adapter_config.json")
                        || name.startsWith("tokenizer");
                  })
              .sorted()
              .toList());
    } catch (IOException e) {
      throw new UserError(folder + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /// Scores what `log` does not have yet.
  Outcome evaluate(ItemLog log, PrintWriter err) {
    MistralConfig config = model.config();
    OptionalInt eos = config.eosTokenIds().stream().mapToInt(id -> id).findFirst();
    RequestEncoder encoder =
        new RequestEncoder(tokenizer::encode, eos, maxLength, flags.truncates());
    int count = parts.size() + (flags.text() == null ? 0 : 1) + (flags.pairs() == null ? 0 : 1);
    List<TaskOutcome> tasks = new ArrayList<>();
    List<Score> extra = new ArrayList<>();
    Throughput throughput;
    try (EvalProgress progress = new EvalProgress(err, count);
        Evaluator evaluator = new Evaluator(model, tokenizer, encoder, flags.options())) {
      for (Part part : parts) {
        evaluator.run(part.name, part.items, log, progress);
        List<ItemResult> results =
            part.items.stream()
                .map(item -> log.find(part.name, item.docId()).orElseThrow())
                .toList();
        tasks.add(new TaskOutcome(part.name, part.data, part.shots, part.items, results));
      }
      throughput = evaluator.throughput();
      Path text = flags.text();
      if (text != null) {
        extra.addAll(perplexity(text, eos, log, progress));
      }
      Path pairs = flags.pairs();
      if (pairs != null) {
        extra.addAll(preferences(pairs, log, progress));
      }
    }
    return new Outcome(
        flags.protocol(), tasks, flags.limit(), extra, encoder.truncated(), throughput);
  }

  private List<Score> perplexity(Path file, OptionalInt eos, ItemLog log, EvalProgress progress) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read as UTF-8 text: " + e.getMessage(), e);
    }
    int first =
        eos.orElseThrow(
            () -> new UserError("perplexity begins with EOS, and the model has no eos_token_id"));
    return TextPerplexity.run(model, text, tokenizer.encode(text), first, maxLength, log, progress);
  }

  private List<Score> preferences(Path file, ItemLog log, EvalProgress progress) {
    DataFile data = DataFile.read(file, DataPurpose.PREFERENCES);
    List<PreferenceExample> pairs =
        new ExampleEncoder(model.config(), tokenizer::encode, LengthLimits.of(maxLength))
            .preferences(data.rows());
    OptionalInt limit = flags.limit();
    return PreferenceScores.run(
        model,
        reference(flags.reference()),
        flags.beta(),
        pairs.subList(0, Math.min(pairs.size(), limit.orElse(Integer.MAX_VALUE))),
        log,
        progress);
  }

  private @Nullable MistralModel reference(@Nullable Path dir) {
    if (dir == null) {
      return null;
    }
    MistralModel reference = new MistralModel(MistralWeights.open(dir, arena), backend);
    if (reference.config().vocabSize() != model.config().vocabSize()) {
      throw new UserError(
          "--reference "
              + dir
              + " has a vocabulary of "
              + reference.config().vocabSize()
              + ", the model one of "
              + model.config().vocabSize());
    }
    return reference;
  }

  @Override
  public void close() {
    arena.close();
  }
}
