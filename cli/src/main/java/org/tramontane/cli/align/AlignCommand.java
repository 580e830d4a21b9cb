package org.tramontane.cli.align;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tramontane.cli.BackendMixin;
import org.tramontane.spac.train.DryRun;
import org.tramontane.spac.train.MemoryPlan;
import org.tramontane.spac.train.TrainingInterrupted;
import org.tramontane.spac.train.TrainingOptions;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.MistralConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tramontane align`: fine-tunes a checkpoint or aligns it on preference data.
@Command(
    name = "align",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Aligns a Hugging Face checkpoint on preference data, and writes an aligned one.",
      "",
      "A recipe (--recipe FILE) is a YAML file of 'option: value' lines, with underscores in the"
          + " options' names; options on the command line win over it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tramontane align --method sft --model DIR --data pairs.jsonl --output DIR --num-train-epochs 2",
      "  tramontane align --method sft --model DIR --data pairs.jsonl --output DIR --packing --max-length 2048",
      "  tramontane align --method spac --model DIR --data pairs.jsonl --output DIR --rounds 2 --eval-split 100",
      "  tramontane align --method spac --spac-form explicit --model DIR --data pairs.jsonl --output DIR --rounds 2",
      "  tramontane align --method spin --model DIR --data sft.jsonl --output DIR --rounds 2 --keep-previous",
      "  tramontane align --method dpo --model DIR --data pairs.jsonl --output DIR --beta 0.1",
      "  tramontane align --method dpo --model DIR --data pairs.jsonl --output DIR --label-smoothing 0.1",
      "  tramontane align --method ipo --model DIR --data pairs.jsonl --output DIR --reference DIR --beta 0.1",
      "  tramontane align --method simpo --model DIR --data pairs.jsonl --output DIR --beta 2 --simpo-gamma 1",
      "  tramontane align --method orpo --model DIR --data pairs.jsonl --output DIR --beta 0.1 --lr 8e-6",
      "  tramontane align --method kto --model DIR --data labels.jsonl --output DIR --undesirable-weight 1.5",
      "  tramontane align --method bco --model DIR --data labels.jsonl --output DIR",
      "  tramontane align --recipe recipes/stories260K/spac.yaml --model DIR --data FILE --output DIR",
      "  tramontane align --method spac --model DIR --data pairs.jsonl --dry-run --json",
      "  tramontane align --method dpo --model DIR --data pairs.jsonl --output DIR --save-steps 100",
      "  tramontane align --method dpo --model DIR --data pairs.jsonl --output DIR --save-steps 100 --resume",
      "",
      "Methods, with the data they read:",
      "  spac, dpo, robust, ipo, hinge, apo_zero, apo_down, sppo_hard, nca_pair, bco_pair, aot,",
      "  aot_unpaired, simpo, orpo    pairs of a chosen and a rejected response",
      "  kto, bco                     single responses with a label, or pairs",
      "  sft, spin                    one response per prompt; of pairs the chosen one"
    })
public final class AlignCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;

  @SuppressWarnings("UnusedVariable") // RecipeFile has read it before the options are parsed
  @Option(names = "--recipe", paramLabel = "FILE", description = "Options from a YAML file.")
  private @Nullable Path recipe;

  @Option(
      names = "--method",
      required = true,
      paramLabel = "METHOD",
      description =
          "How to align: ${COMPLETION-CANDIDATES}. Names are TRL's loss_type; dpo is its sigmoid.")
  private Method method = Method.SPAC;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The checkpoint to start from.")
  private Path model = Path.of("");

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "The folder of the aligned checkpoint, metrics.csv and run.json.")
  private @Nullable Path output;

  @SuppressWarnings("UnusedVariable") // run.json has it among the options
  @Option(
      names = "--run-name",
      paramLabel = "NAME",
      description =
          "What the run is called on its page and in 'compare', where seeds of one name are one row. Default: the method.")
  private @Nullable String runName;

  @Option(names = "--overwrite", description = "Replace --output if it is not empty.")
  private boolean overwrite;

  @Mixin private DataFlags data;
  @Mixin private MethodFlags methods;
  @Mixin private TrainingFlags training;
  @Mixin private LoraFlags lora;
  @Mixin private CheckpointFlags checkpoints;
  @Mixin private BackendMixin backends;

  @Option(
      names = "--plan",
      description =
          "Print what the run would take of memory, from config.json and the options alone, and stop.")
  private boolean planOnly;

  @Option(
      names = "--dry-run",
      description = "Compute loss and gradient of the first step's examples, print them, and stop.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    requireFittingOptions();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    MemoryPlanner planner;
    MemoryPlan memory;
    try {
      planner = planner();
      memory = planner.plan();
      if (planOnly) {
        out.println(json ? JSON.writeValueAsString(MemoryPlanner.json(memory)) : memory.text());
        out.flush();
        return 0;
      }
      planner.requireFits(MemoryPlanner.machine());
    } catch (IllegalArgumentException e) {
      throw outOfRange(e);
    }
    try (StopRequest stop = new StopRequest(err)) {
      return compute(planner, memory, stop, out, err);
    } catch (IllegalArgumentException e) {
      throw outOfRange(e);
    } finally {
      out.flush();
    }
  }

  /// What has to be said is said before `stop` is closed, because the JVM may end then.
  private int compute(
      MemoryPlanner planner, MemoryPlan memory, StopRequest stop, PrintWriter out, PrintWriter err)
      throws JsonProcessingException {
    try (Backend backend = backendFor(planner);
        Alignment alignment = prepare(backend, err)) {
      if (dryRun) {
        printDryRun(out, alignment.dryRun());
        return 0;
      }
      ObjectNode run =
          alignment.run(
              new RunRecord(spec, option -> MethodOptions.fits(method, methods.spacForm(), option)),
              memory,
              requiredOutput(),
              overwrite,
              checkpoints,
              stop);
      out.println(json ? JSON.writeValueAsString(run) : summary(run));
      return 0;
    } catch (TrainingInterrupted e) {
      err.println("tramontane: " + e.getMessage());
      err.flush();
      return StopRequest.EXIT_CODE;
    } catch (RuntimeException | JsonProcessingException | Error e) {
      if (!stop.isRequested()) {
        throw e;
      }
      err.println(
          "tramontane: "
              + (e instanceof UserError ? e.getMessage() : "failed while stopping: " + e));
      err.flush();
      return StopRequest.EXIT_CODE;
    }
  }

  /// The options as `run.json` will have them, if the method takes them and they are in their ranges.
  ObjectNode checkedOptions() {
    MethodOptions.requireFitting(method, methods.spacForm(), spec.commandLine().getParseResult());
    try {
      methods.plan(method);
      training.options(method);
      lora.planned();
    } catch (IllegalArgumentException e) {
      throw outOfRange(e);
    }
    return RunRecord.config(spec, option -> MethodOptions.fits(method, methods.spacForm(), option));
  }

  /// A range that a record of the configuration checks; its message names key, value and what is allowed.
  private static UserError outOfRange(IllegalArgumentException e) {
    return new UserError(e.getMessage() == null ? e.toString() : e.getMessage(), e);
  }

  private MemoryPlanner planner() {
    MistralConfig config = MistralConfig.load(model);
    TrainingOptions options = training.options(method);
    return new MemoryPlanner(
        model,
        config,
        methods.plan(method),
        lora,
        data.limits(config.maxPositionEmbeddings()).maxLength(),
        options.batchSize(),
        options.gradientCheckpointing(),
        backends.threads());
  }

  private void requireFittingOptions() {
    MethodOptions.requireFitting(method, methods.spacForm(), spec.commandLine().getParseResult());
    if (!dryRun && !planOnly) {
      requiredOutput();
    }
  }

  private Path requiredOutput() {
    if (output == null) {
      throw new UserError("--output DIR is needed, or --dry-run");
    }
    return output;
  }

  /// The backend, if the run has room on its device.
  private Backend backendFor(MemoryPlanner planner) {
    Backend backend = backends.create();
    try {
      backend.memory().ifPresent(planner::requireFits);
      return backend;
    } catch (UserError e) {
      backend.close();
      throw e;
    }
  }

  private Alignment prepare(Backend backend, PrintWriter err) {
    return new Alignment(
        method, model, data, methods.plan(method), training.options(method), lora, backend, err);
  }

  private void printDryRun(PrintWriter out, DryRun result) throws JsonProcessingException {
    ObjectNode node = JSON.createObjectNode();
    node.put("loss", result.loss());
    node.put("grad_norm", result.gradNorm());
    result.metrics().forEach(node::put);
    if (json) {
      out.println(JSON.writeValueAsString(node));
    } else {
      node.properties()
          .forEach(entry -> out.printf("%-22s %s%n", entry.getKey(), entry.getValue()));
    }
  }

  private static String summary(ObjectNode run) {
    StringBuilder text = new StringBuilder();
    if (!run.withArray("evaluations").isEmpty()) {
      text.append(
          "| after round | held-out pairs | accuracy | margin | drift |\n|--:|--:|--:|--:|--:|\n");
      for (var row : run.withArray("evaluations")) {
        text.append(
            "| %d | %d | %.3f | %.3f | %.3f |%n"
                .formatted(
                    row.path("after_round").asInt(),
                    row.path("examples").asInt(),
                    row.path("accuracy").asDouble(),
                    row.path("margin").asDouble(),
                    row.path("drift").asDouble()));
      }
    }
    if (!run.path("game").isEmpty()) {
      text.append(GameSummary.table(run.path("game")));
    }
    for (var round : run.withArray("rounds")) {
      text.append(
          "round %d: %d steps, loss %.4f at the first and %.4f at the last%n"
              .formatted(
                  round.path("round").asInt(),
                  round.path("steps").asInt(),
                  round.path("firstLoss").asDouble(),
                  round.path("lastLoss").asDouble()));
    }
    return text.append("written to ").append(run.path("output").asText()).toString();
  }
}
