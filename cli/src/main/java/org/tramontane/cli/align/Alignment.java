package org.tramontane.cli.align;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tramontane.cli.ModelTokenizer;
import org.tramontane.cli.report.RunFiles;
import org.tramontane.spac.data.DataRow;
import org.tramontane.spac.data.Demonstration;
import org.tramontane.spac.data.ExampleEncoder;
import org.tramontane.spac.data.LabelledCompletion;
import org.tramontane.spac.data.LengthLimits;
import org.tramontane.spac.data.Packing;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.data.Sha256;
import org.tramontane.spac.loss.UnpairedLoss;
import org.tramontane.spac.train.Critic;
import org.tramontane.spac.train.DryRun;
import org.tramontane.spac.train.Evaluation;
import org.tramontane.spac.train.GameRound;
import org.tramontane.spac.train.HeldOutScores;
import org.tramontane.spac.train.MemoryPlan;
import org.tramontane.spac.train.OfflineTrainer;
import org.tramontane.spac.train.PreferenceEvaluator;
import org.tramontane.spac.train.ReferenceCache;
import org.tramontane.spac.train.RoundReport;
import org.tramontane.spac.train.SelfPlayTrainer;
import org.tramontane.spac.train.SftTrainer;
import org.tramontane.spac.train.SpacGameTrainer;
import org.tramontane.spac.train.TrainingInterrupted;
import org.tramontane.spac.train.TrainingObserver;
import org.tramontane.spac.train.TrainingOptions;
import org.tramontane.spac.train.TrainingState;
import org.tramontane.spac.train.checkpoint.ReferenceCacheFile;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import org.tramontane.transformer.ValueModel;
import org.tramontane.transformer.chat.ConversationFormat;
import org.tramontane.transformer.tokenizer.Tokenizer;

/// One alignment: a policy in F32 or an adapter on frozen weights, its data, and what it is compared with.
final class Alignment implements AutoCloseable {
  // Shared, because backends compute with threads of their own.
  private final Arena arena = Arena.ofShared();
  private final Stopwatch watch = new Stopwatch();
  private final Map<Path, String> digests = new HashMap<>();
  private final Method method;
  private final Path folder;
  private final Plan plan;
  private final TrainingOptions options;
  private final Backend backend;
  private final PrintWriter err;
  private final TrainingData data;
  private final Optional<Path> evalData;
  private final Optional<Path> adapter;
  private final @Nullable ConversationFormat conversations;
  private final ExampleEncoder encoder;
  private final Probe probe;
  private final int maxLength;
  private final MistralModel policy;

  /// What the policy is at the beginning, as it is stored.
  private final MistralModel start;

  /// The critic of SPAC's explicit form.
  private final @Nullable Critic critic;

  /// The reference, or pi_t of the first round; the policy itself where no other is named.
  private final MistralModel frozen;

  Alignment(
      Method method,
      Path folder,
      DataFlags dataFlags,
      Plan plan,
      TrainingOptions options,
      LoraFlags lora,
      Backend backend,
      PrintWriter err) {
    this.method = method;
    this.folder = folder;
    this.plan = plan;
    this.options = options;
    this.backend = backend;
    this.err = err;
    boolean complete = false;
    try {
      boolean criticPeft = plan instanceof Plan.Game game && game.criticPeft().orElse(lora.isOn());
      LoraFlags.Models models = lora.open(folder, options.seed(), arena, backend, criticPeft);
      this.policy = models.policy();
      this.start = models.start();
      this.critic = plan instanceof Plan.Game game ? critic(game, criticPeft, lora) : null;
      this.frozen =
          frozen(plan instanceof Plan.Offline ? "--reference" : "--previous", plan.frozen());
      this.evalData = dataFlags.evalData();
      this.adapter = lora.adapter();
      this.data = dataFlags.read(plan.purpose());
      LengthLimits limits = dataFlags.limits(policy.config().maxPositionEmbeddings());
      this.maxLength = limits.maxLength();
      Optional<Tokenizer> tokenizer = ModelTokenizer.find(folder, policy.config());
      this.conversations = data.conversations(folder, tokenizer);
      this.encoder = data.encoder(policy.config(), tokenizer, conversations, limits);
      this.probe = data.probe(models.start(), tokenizer, encoder, options.seed());
      complete = true;
    } finally {
      if (!complete) {
        arena.close();
      }
    }
  }

  /// A fresh critic: on the policy's frozen base where both are adapters, else on the start's weights.
  private Critic critic(Plan.Game game, boolean peft, LoraFlags lora) {
    ValueModel model =
        peft
            ? ValueModel.onAdapter(
                policy.adapter().isPresent() ? policy : start,
                lora.critic(),
                Critic.adapterSeed(options.seed()),
                arena)
            : ValueModel.onCopyOf(start.weights(), backend, arena);
    return new Critic(model, game.bound());
  }

  /// Another checkpoint as a frozen model, as it is stored; the policy itself where none is named.
  private MistralModel frozen(String option, Optional<Path> dir) {
    if (dir.isEmpty()) {
      return policy;
    }
    MistralModel model = new MistralModel(MistralWeights.open(dir.get(), arena), backend);
    if (model.config().vocabSize() != policy.config().vocabSize()) {
      throw new UserError(
          option
              + " "
              + dir.get()
              + " has a vocabulary of "
              + model.config().vocabSize()
              + ", the model one of "
              + policy.config().vocabSize());
    }
    return model;
  }

  /// Loss and gradient of the first step.
  DryRun dryRun() {
    return training(TrainingObserver.NONE, TrainingState.unkept(), ReferenceCache.NONE, line -> {})
        .dryRun()
        .get();
  }

  /// A trainer with its encoded examples.
  private record Training(Supplier<DryRun> dryRun, Runnable train) {}

  /// @param say hears what there is to say about the examples
  private Training training(
      TrainingObserver observer, TrainingState state, ReferenceCache cache, Consumer<String> say) {
    List<DataRow> rows = data.rows().train();
    return switch (plan) {
      case Plan.Supervised supervised -> {
        SftTrainer trainer = new SftTrainer(policy, options, observer, state);
        List<List<Completion>> slots = slots(supervised, rows, say);
        yield new Training(() -> trainer.dryRunPacked(slots), () -> trainer.trainPacked(slots));
      }
      case Plan.Offline offline -> {
        OfflineTrainer trainer =
            new OfflineTrainer(
                policy, frozen, offline.loss(), options, observer, maxLength, state, cache);
        if (offline.loss() instanceof UnpairedLoss) {
          List<LabelledCompletion> examples = encoder.labelled(rows);
          long desirable = examples.stream().filter(LabelledCompletion::desirable).count();
          say.accept(
              "%d desirable and %d undesirable responses"
                  .formatted(desirable, examples.size() - desirable));
          yield new Training(
              () -> trainer.dryRunUnpaired(examples), () -> trainer.trainUnpaired(examples));
        }
        List<PreferenceExample> examples = encoder.preferences(rows);
        yield new Training(() -> trainer.dryRun(examples), () -> trainer.train(examples));
      }
      case Plan.Spin spin -> {
        SelfPlayTrainer trainer =
            new SelfPlayTrainer(policy, spin.loss(), spin.play(), options, observer, state);
        List<Demonstration> examples = encoder.demonstrations(rows);
        yield new Training(
            () -> trainer.dryRunOnDemonstrations(examples, frozen),
            () -> trainer.trainOnDemonstrations(examples, frozen));
      }
      case Plan.Spac spac -> {
        SelfPlayTrainer trainer =
            new SelfPlayTrainer(policy, spac.loss(), spac.play(), options, observer, state);
        List<PreferenceExample> examples = encoder.preferences(rows);
        yield new Training(
            () -> trainer.dryRun(examples, frozen), () -> trainer.train(examples, frozen));
      }
      case Plan.Game game -> {
        SpacGameTrainer trainer =
            new SpacGameTrainer(
                policy,
                start,
                Objects.requireNonNull(critic),
                game.game(),
                game.criticOptions(options),
                options,
                observer,
                state);
        List<PreferenceExample> examples = encoder.preferences(rows);
        yield new Training(
            () -> trainer.dryRun(examples, frozen), () -> trainer.train(examples, frozen));
      }
    };
  }

  private List<List<Completion>> slots(
      Plan.Supervised supervised, List<DataRow> rows, Consumer<String> say) {
    List<Completion> examples =
        supervised.completionOnlyLoss()
            ? encoder.supervised(rows)
            : encoder.supervisedWithPrompts(rows);
    if (!supervised.packing()) {
      return examples.stream().map(List::of).toList();
    }
    List<List<Completion>> slots = Packing.bestFitDecreasing(examples, maxLength);
    long tokens = examples.stream().mapToLong(Completion::length).sum();
    say.accept(
        "packed %d examples into %d slots of %d tokens, %.0f %% full"
            .formatted(
                examples.size(),
                slots.size(),
                maxLength,
                100.0 * tokens / ((double) slots.size() * maxLength)));
    return slots;
  }

  /// Trains, evaluates and writes the model; or goes on with a run that was stopped.
  ///
  /// @param stop says when the run is to stop
  /// @return what `run.json` says
  /// @throws TrainingInterrupted if the run was asked to stop and has kept a checkpoint
  ObjectNode run(
      RunRecord record,
      MemoryPlan memory,
      Path output,
      boolean overwrite,
      CheckpointFlags checkpoints,
      StopRequest stop) {
    record.put("output", output.toString());
    record.put("started_from", RunFiles.nameOf(folder));
    record.put("backend", backend.description());
    record.put("parameters", policy.weights().parameters());
    record.put("trainable_parameters", policy.trainable().parameters());
    Critic player = critic;
    if (player != null) {
      record.put("critic_trainable_parameters", player.model().trainable().parameters());
    }
    record.json().set("memory_plan", MemoryPlanner.json(memory));
    RunIdentity identity = identity(record.json());
    int limit = checkpoints.saveTotalLimit();
    long saveSteps = checkpoints.saveSteps();
    try (Progress progress = new Progress(method.name(), err);
        RunFolder run =
            checkpoints.resume()
                ? RunFolder.resume(output, overwrite, limit, identity, arena, progress::line)
                : RunFolder.begin(output, overwrite, limit)) {
      if (player != null) {
        run.with(player);
      }
      Rounds rounds = new Rounds(record, run, progress);
      TrainingObserver observer = TrainingObserver.all(List.of(watch, progress, run, rounds));
      Optional<LeftRun> left = run.left();
      TrainingState state =
          new TrainingState(
              new RunCheckpoints(
                  saveSteps,
                  stop::isRequested,
                  left.map(LeftRun::folder).orElse(null),
                  kept -> {
                    record.times(watch.seconds());
                    Path place = run.keep(kept, identity, record.json());
                    watch.lap(Stopwatch.Phase.WRITING);
                    return place;
                  }),
              left.map(LeftRun::parts).orElseGet(LinkedHashMap::new));
      Training training =
          training(observer, state, cache(checkpoints.referenceCache()), progress::line);
      memory.text().lines().forEach(progress::line);
      rounds.guard(
          () -> {
            rounds.begin(left);
            stop.arm();
            training.train().run();
            record.finish(RunRecord.COMPLETE);
            record.times(watch.seconds());
            run.checkpoint(policy, folder, record.json());
            run.complete();
          });
    }
    return record.json();
  }

  /// The digest of a model's files; they are read once, however often it is asked for.
  private String digestOf(Path model) {
    return digests.computeIfAbsent(model, ModelDigest::of);
  }

  /// What has to be the same for a run to go on.
  private RunIdentity identity(ObjectNode record) {
    RunIdentity identity = RunIdentity.of(record.path("config"));
    identity.put("version of tramontane", record.path("versions").path("tramontane").asText());
    identity.put("version of java", record.path("versions").path("java").asText());
    identity.put("backend (as it describes itself)", backend.description());
    identity.put("sha256 of --model", digestOf(folder));
    identity.put("sha256 of --data", data.file().sha256());
    evalData.ifPresent(file -> identity.put("sha256 of --eval-data", Sha256.of(file)));
    adapter.ifPresent(dir -> identity.put("sha256 of --adapter", digestOf(dir)));
    plan.frozen().ifPresent(dir -> identity.put("sha256 of the frozen model", digestOf(dir)));
    return identity;
  }

  private ReferenceCache cache(Optional<Path> dir) {
    return dir.<ReferenceCache>map(
            place -> new ReferenceCacheFile(place, referenceDigest(), backend.description()))
        .orElse(ReferenceCache.NONE);
  }

  /// Of the reference's files, its own folder's or the policy's as it begins, and of how its weights are kept.
  private String referenceDigest() {
    return plan.frozen()
            .map(this::digestOf)
            .orElseGet(
                () -> digestOf(folder) + adapter.map(dir -> " under " + digestOf(dir)).orElse(""))
        + " kept as "
        + dtypes(frozen.weights());
  }

  /// How many tensors are kept in which form: the same files say other things in F32 than in what they are stored in.
  private static String dtypes(MistralWeights weights) {
    return weights.byName().values().stream()
        .collect(Collectors.groupingBy(Tensor::dtype, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  @Override
  public void close() {
    arena.close();
  }

  /// Evaluates and writes a checkpoint at the end of each round.
  private final class Rounds implements TrainingObserver {
    private final RunRecord record;
    private final RunFolder run;
    private final Progress progress;
    private @Nullable PreferenceEvaluator evaluator;

    Rounds(RunRecord record, RunFolder run, Progress progress) {
      this.record = record;
      this.run = run;
      this.progress = progress;
    }

    /// Notes what was read, and how the model does before it is trained; a run that goes on has noted that.
    void begin(Optional<LeftRun> left) {
      var heldOut = data.rows().heldOut();
      // In this order, which an unordered map would draw anew in each process.
      SequencedMap<String, Integer> counts = new LinkedHashMap<>();
      counts.put("train_rows", data.rows().train().size());
      counts.put("held_out_rows", heldOut.size());
      counts.put("truncated_prompts", encoder.truncatedPrompts());
      counts.put("truncated_responses", encoder.truncatedResponses());
      record.data(
          data.file().path().toString(), data.file().sha256(), data.file().shape().label(), counts);
      progress.line(
          "%s: %d rows of %s, %d held out, %d responses and %d prompts cut"
              .formatted(
                  data.file().path(),
                  data.rows().train().size(),
                  data.file().shape().label(),
                  heldOut.size(),
                  encoder.truncatedResponses(),
                  encoder.truncatedPrompts()));
      progress.line(backend.description());
      if (!heldOut.isEmpty() && heldOut.stream().anyMatch(row -> row.rejected() == null)) {
        progress.line("held-out rows are not evaluated: they are read without rejected responses");
      } else if (!heldOut.isEmpty()) {
        List<PreferenceExample> pairs = encoder.preferences(heldOut);
        record.heldOut(pairs);
        evaluator = new PreferenceEvaluator(policy, pairs);
      }
      watch.lap(Stopwatch.Phase.PREPARING);
      data.note(conversations, record.json().withObject("data"));
      data.remarks(conversations).forEach(progress::line);
      if (left.isPresent()) {
        record.restore(left.get().record());
        watch.restore(record.json().path("seconds"));
        progress.line("goes on from " + left.get().folder());
      } else {
        evaluate(0);
      }
    }

    private void evaluate(int round) {
      if (evaluator != null) {
        HeldOutScores scores = evaluator.scores(policy);
        Evaluation evaluation = scores.summary();
        record.evaluation(round, evaluation, scores);
        run.onEvaluation(round, evaluation);
        progress.line(
            "held-out accuracy %.3f, margin %.3f, drift %.3f"
                .formatted(evaluation.accuracy(), evaluation.margin(), evaluation.drift()));
        watch.lap(Stopwatch.Phase.EVALUATION);
      }
      probe.look(round, policy, record.json());
      watch.lap(Stopwatch.Phase.PROBING);
    }

    @Override
    public void onGameRound(GameRound round) {
      record.game(round);
      progress.line(
          "critic: %.3f on y', %.3f on data, accuracy %.3f; policy: %.3f of the fit unexplained"
              .formatted(
                  round.critic().self(),
                  round.critic().data(),
                  round.critic().accuracy(),
                  round.fit().unexplained()));
    }

    @Override
    public void onRoundEnd(RoundReport round) {
      record.round(round);
      evaluate(round.round());
      if (round.round() < round.rounds()) {
        record.times(watch.seconds());
        run.checkpoint(policy, folder, record.json());
        watch.lap(Stopwatch.Phase.WRITING);
      }
    }

    /// Runs a training. If it can't go on, what is in the output folder stays: the model of the last complete round; and
    /// so do the checkpoints. The weights of the moment are not kept, because what made the loss infinite has often
    /// spoiled them before.
    void guard(Runnable training) {
      try {
        training.run();
      } catch (UserError e) {
        record.finish("stopped: " + e.getMessage());
        throw new UserError(e.getMessage() + "; " + run.abandon(record.json()), e);
      }
    }
  }
}
