package org.tramontane.cli.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tramontane.cli.compare.ComparisonPage;
import org.tramontane.cli.compare.RunComparison;
import org.tramontane.cli.report.RunFiles;
import org.tramontane.cli.sweep.Sweep.Outcome;
import org.tramontane.cli.sweep.Sweep.Status;
import org.tramontane.cli.sweep.SweepPlan.PlannedRun;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.AtomicFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tramontane sweep`: several runs of `align` with several seeds, and their comparison.
@Command(
    name = "sweep",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes several runs of 'tramontane align', each with several seeds, and compares them.",
      "",
      "FILE is YAML: 'seeds: [1, 2, 3]', and 'runs', a list of 'name', 'recipe' (a file beside FILE), 'start' (the run it starts"
          + " from, with the same seed; without it --model) and 'options' (which win over the recipe's). 'options' beside 'runs'"
          + " are for all of them.",
      "",
      "A run's folder is OUTPUT/NAME-seedN. SIGTERM or Ctrl-C stops the run that is under way, which keeps a checkpoint, and"
          + " then the sweep. The same command goes on where it was stopped: what is complete is kept, a run with a checkpoint goes"
          + " on from it ('align --resume'), any other begins anew. A folder that was made with other options, threads, data or"
          + " model is refused. A run that fails is reported, and the others"
          + " go on. At the end there is the table of 'tramontane compare', and its page in OUTPUT/compare.html.",
      "",
      "Exit codes: 0 if all runs are complete; 2 if those that failed can be mended; else 1; 143 or 130 if it"
          + " was stopped."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tramontane sweep recipes/stories260K/sweep.yaml --model DIR --data pairs.json --output out",
      "  tramontane sweep FILE --model DIR --data pairs.json --output out --seeds 1,2,3,4,5",
      "  tramontane sweep FILE --model DIR --data pairs.json --output out --dry-run"
    })
public final class SweepCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MENDABLE = 2;

  /// The JVM ends with its signal's code, whatever this says.
  private static final int STOPPED = 143;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The runs, as YAML.")
  private Path file = Path.of("");

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The checkpoint that runs without a 'start' start from.")
  private Path model = Path.of("");

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "The data of every run.")
  private Path data = Path.of("");

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "The folder of all runs.")
  private Path output = Path.of("");

  @Option(
      names = "--seeds",
      split = ",",
      paramLabel = "N",
      description = "Instead of the file's seeds.")
  private List<Long> seeds = new ArrayList<>();

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "Of every run, as 'align' has it.")
  private @Nullable String backend;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Of every run (default: all processors).")
  private @Nullable Integer threads;

  @Option(names = "--fail-fast", description = "Stop at the first run that fails.")
  private boolean failFast;

  @Option(names = "--dry-run", description = "Print what would be done, and stop.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print one JSON object instead of tables.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException, InterruptedException {
    SweepFile sweep = SweepFile.read(file);
    if (!seeds.isEmpty()) {
      if (new HashSet<>(seeds).size() < seeds.size()) {
        throw new UserError("--seeds " + seeds + ": a seed is there twice");
      }
      sweep = sweep.withSeeds(seeds);
    }
    SweepPlan plan =
        SweepPlan.of(sweep, new SweepPlan.Place(model, data, output, furtherArguments()));
    PrintWriter out = spec.commandLine().getOut();
    if (dryRun) {
      print(plan, out);
      return 0;
    }
    try (SweepStop stop = new SweepStop(spec.commandLine().getErr())) {
      return make(plan, stop, out);
    }
  }

  /// What has to be said is said before `stop` is closed, because the JVM may end then.
  private int make(SweepPlan plan, SweepStop stop, PrintWriter out)
      throws JsonProcessingException, InterruptedException {
    List<Outcome> outcomes =
        new Sweep(plan, output, failFast, stop, spec.commandLine().getErr()).run();
    ObjectNode result = JSON.createObjectNode();
    outcomes.forEach(outcome -> add(outcome, result.withArray("runs")));
    List<RunFiles> complete =
        outcomes.stream()
            .filter(Outcome::isComplete)
            .map(outcome -> RunFiles.read(outcome.run().folder()))
            .toList();
    // Whoever asks to stop does not wait for a table.
    if (!complete.isEmpty() && !stop.isRequested()) {
      RunComparison comparison = RunComparison.of(complete);
      Path page = output.resolve("compare.html");
      AtomicFiles.writeString(page, ComparisonPage.of(comparison).toHtml());
      result.set("comparison", comparison.toJson());
      result.put("page", page.toString());
      if (!json) {
        out.println(comparison.toMarkdown());
        comparison.notes().forEach(out::println);
        out.println("page: " + page.toAbsolutePath().toUri());
      }
    }
    if (json) {
      out.println(JSON.writeValueAsString(result));
    }
    out.flush();
    return stop.isRequested() ? STOPPED : exitCode(outcomes);
  }

  private List<String> furtherArguments() {
    List<String> further = new ArrayList<>();
    if (backend != null) {
      further.add("--backend=" + backend);
    }
    if (threads != null) {
      further.add("--threads=" + threads);
    }
    return further;
  }

  private void print(SweepPlan plan, PrintWriter out) throws JsonProcessingException {
    SweepState state = SweepState.open(output);
    ObjectNode result = JSON.createObjectNode();
    for (PlannedRun run : plan.runs()) {
      String present =
          switch (state.present(run)) {
            case NOTHING -> "to do";
            case PART -> "to do again";
            case RESUMABLE -> "to go on";
            case COMPLETE -> "complete";
          };
      String command = SweepPlan.shell(run.arguments());
      result
          .withArray("runs")
          .addObject()
          .put("run", run.id())
          .put("status", present)
          .put("command", command);
      if (!json) {
        out.printf("%s (%s)%n  %s%n", run.id(), present, command);
      }
    }
    if (json) {
      out.println(JSON.writeValueAsString(result));
    }
    out.flush();
  }

  private static void add(Outcome outcome, ArrayNode runs) {
    ObjectNode node = runs.addObject();
    node.put("run", outcome.run().id());
    node.put("name", outcome.run().name()).put("seed", outcome.run().seed());
    node.put("folder", outcome.run().folder().toString());
    node.put("status", outcome.status().name().toLowerCase(Locale.ROOT));
    node.put("seconds", outcome.seconds());
    if (!outcome.message().isEmpty()) {
      node.put("message", outcome.message());
    }
  }

  private static int exitCode(List<Outcome> outcomes) {
    List<Outcome> failed =
        outcomes.stream().filter(outcome -> outcome.status() == Status.FAILED).toList();
    if (failed.isEmpty()) {
      return 0;
    }
    return failed.stream().allMatch(outcome -> outcome.exitCode() == MENDABLE) ? MENDABLE : 1;
  }
}
