package org.tramontane.cli.align;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tramontane.cli.ModelTokenizer;
import org.tramontane.spac.data.DataPurpose;
import org.tramontane.spac.data.ExampleEncoder;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.SequenceLogProbs;
import org.tramontane.spac.train.DpoTrainer;
import org.tramontane.spac.train.DryRun;
import org.tramontane.spac.train.Evaluation;
import org.tramontane.spac.train.PreferenceEvaluator;
import org.tramontane.spac.train.RoundReport;
import org.tramontane.spac.train.SftTrainer;
import org.tramontane.spac.train.SpacTrainer;
import org.tramontane.spac.train.TrainingObserver;
import org.tramontane.spac.train.TrainingOptions;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import org.tramontane.transformer.chat.ConversationFormat;
import org.tramontane.transformer.tokenizer.Tokenizer;

/// One alignment: a policy in F32, its data, and what it is compared with.
final class Alignment implements AutoCloseable {
  // Shared, because backends compute with threads of their own.
  private final Arena arena = Arena.ofShared();
  private final Stopwatch watch = new Stopwatch();
  private final Method method;
  private final Path folder;
  private final SpacFlags spac;
  private final DpoFlags dpo;
  private final TrainingOptions options;
  private final Backend backend;
  private final PrintWriter err;
  private final TrainingData data;
  private final @Nullable ConversationFormat conversations;
  private final ExampleEncoder encoder;
  private final Probe probe;
  private final MistralModel policy;

  /// The reference, or pi_t of the first round; the policy itself where no other is named.
  private final MistralModel frozen;

  Alignment(
      Method method,
      Path folder,
      DataFlags dataFlags,
      SpacFlags spac,
      DpoFlags dpo,
      TrainingOptions options,
      Backend backend,
      PrintWriter err) {
    this.method = method;
    this.folder = folder;
    this.spac = spac;
    this.dpo = dpo;
    this.options = options;
    this.backend = backend;
    this.err = err;
    boolean complete = false;
    try {
      requireRanges();
      this.policy = new MistralModel(MistralWeights.open(folder, arena).toF32(arena), backend);
      this.frozen =
          switch (method) {
            case SFT -> policy;
            case DPO -> frozen("--reference", dpo.reference());
            case SPAC -> frozen("--previous", spac.previous());
          };
      this.data =
          dataFlags.read(method == Method.SFT ? DataPurpose.SUPERVISED : DataPurpose.PREFERENCES);
      Optional<Tokenizer> tokenizer = ModelTokenizer.find(folder, policy.config());
      this.conversations = data.conversations(folder, tokenizer);
      this.encoder =
          data.encoder(
              policy.config(),
              tokenizer,
              conversations,
              dataFlags.limits(policy.config().maxPositionEmbeddings()));
      this.probe =
          data.probe(
              new MistralModel(MistralWeights.open(folder, arena), backend),
              tokenizer,
              encoder,
              options.seed());
      complete = true;
    } finally {
      if (!complete) {
        arena.close();
      }
    }
  }

  /// Makes what the options of the method describe, so that a wrong one is found before anything is read.
  private void requireRanges() {
    switch (method) {
      case SFT -> {}
      case DPO -> dpo.loss();
      case SPAC -> {
        spac.loss();
        spac.play();
      }
    }
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
    TrainingObserver nobody = TrainingObserver.NONE;
    return switch (method) {
      case SFT ->
          new SftTrainer(policy, options, nobody).dryRun(encoder.supervised(data.rows().train()));
      case DPO -> dpoTrainer(nobody).dryRun(encoder.preferences(data.rows().train()));
      case SPAC ->
          new SpacTrainer(policy, spac.loss(), spac.play(), options, nobody)
              .dryRun(encoder.preferences(data.rows().train()), frozen);
    };
  }

  private DpoTrainer dpoTrainer(TrainingObserver observer) {
    return new DpoTrainer(policy, frozen, dpo.loss(), options, observer);
  }

  /// Trains, evaluates and writes the checkpoint.
  ///
  /// @return what `run.json` says
  ObjectNode run(RunRecord record, Path output, boolean overwrite) {
    record.put("output", output.toString());
    record.put("backend", backend.description());
    record.put("parameters", policy.weights().parameters());
    try (RunFolder run = new RunFolder(output, overwrite);
        Progress progress = new Progress(method.name(), err)) {
      Rounds rounds = new Rounds(record, run, progress);
      TrainingObserver observer = TrainingObserver.all(List.of(watch, progress, run, rounds));
      switch (method) {
        case SFT -> {
          var examples = encoder.supervised(data.rows().train());
          rounds.begin();
          rounds.guard(() -> new SftTrainer(policy, options, observer).train(examples));
        }
        case DPO -> {
          List<PreferenceExample> examples = encoder.preferences(data.rows().train());
          rounds.begin();
          rounds.guard(() -> dpoTrainer(observer).train(examples));
        }
        case SPAC -> {
          List<PreferenceExample> examples = encoder.preferences(data.rows().train());
          rounds.begin();
          rounds.guard(
              () ->
                  new SpacTrainer(policy, spac.loss(), spac.play(), options, observer)
                      .train(examples, frozen));
        }
      }
      record.finish("complete");
      record.times(watch.seconds());
      run.checkpoint(policy.weights(), DType.F32, folder, record.json());
      run.complete();
    }
    return record.json();
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

    /// Notes what was read, and how the model does before it is trained.
    void begin() {
      var heldOut = data.rows().heldOut();
      record.data(
          data.file().path().toString(),
          data.file().sha256(),
          data.file().shape().label(),
          Map.of(
              "train_rows", data.rows().train().size(),
              "held_out_rows", heldOut.size(),
              "truncated_prompts", encoder.truncatedPrompts(),
              "truncated_responses", encoder.truncatedResponses()));
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
      if (!heldOut.isEmpty() && heldOut.getFirst().rejected() != null) {
        evaluator = new PreferenceEvaluator(policy, encoder.preferences(heldOut));
      }
      watch.lap(Stopwatch.Phase.PREPARING);
      evaluate(0);
      data.note(conversations, record.json().withObject("data"));
      data.remarks(conversations).forEach(progress::line);
    }

    private void evaluate(int round) {
      if (evaluator != null) {
        List<SequenceLogProbs> ratios = evaluator.logRatios(policy);
        Evaluation evaluation = PreferenceEvaluator.summary(ratios);
        record.evaluation(round, evaluation, ratios);
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
    public void onRoundEnd(RoundReport round) {
      record.round(round);
      evaluate(round.round());
      if (round.round() < round.rounds()) {
        record.times(watch.seconds());
        run.checkpoint(policy.weights(), DType.F32, folder, record.json());
        watch.lap(Stopwatch.Phase.WRITING);
      }
    }

    /// Runs a training. If it has to stop, what is in the output folder stays: the last complete checkpoint. The
    /// weights of the moment are not kept, because what made the loss infinite has often spoiled them before.
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
