package org.tramontane.cli.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.tramontane.cli.BackendMixin;
import org.tramontane.cli.Version;
import org.tramontane.spac.eval.engine.ItemLog;
import org.tramontane.spac.eval.result.EvalFolder;
import org.tramontane.spac.eval.result.Outcome;
import org.tramontane.spac.eval.result.ResultsJson;
import org.tramontane.spac.eval.result.Samples;
import org.tramontane.spac.eval.result.TaskOutcome;
import org.tramontane.spac.eval.task.LeaderboardTask;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.AtomicFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tramontane eval`: the Open LLM Leaderboard's tasks, perplexity and preferences.
@Command(
    name = "eval",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = {
      "Evaluates a checkpoint as lm-evaluation-harness does: the Open LLM Leaderboard's six tasks, perplexity on a text,"
          + " and preferences.",
      "",
      "Scores are on disk as soon as they are there; the same command again goes on where an earlier one stopped. Nothing"
          + " is downloaded."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tramontane eval --model DIR --data DIR --output out/eval",
      "  tramontane eval --model DIR --data DIR --output out/eval --tasks arc_challenge,mmlu --limit 20",
      "  tramontane eval --model DIR --output out/eval --text book.txt",
      "  tramontane eval --model out/spac --reference out/sft --pairs pairs.jsonl --output out/eval",
      "  tramontane compare out/before out/after"
    })
public final class EvalCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The checkpoint to evaluate, with its tokenizer.")
  private Path model = Path.of("");

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "The folder of results.json, items.jsonl, table.md and report.html.")
  private Path output = Path.of("");

  @Option(names = "--overwrite", description = "Begin anew if --output has scores already.")
  private boolean overwrite;

  @Mixin private EvalFlags flags;

  @Option(
      names = "--log-samples",
      description = "Also write prompts and answers, a samples_TASK.jsonl for each task.")
  private boolean logSamples;

  @Mixin private BackendMixin backends;

  @Option(names = "--json", description = "Print results.json instead of the table.")
  private boolean json;

  /// Made by picocli, which sets the options.
  @SuppressWarnings("NullAway.Init")
  public EvalCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (Backend backend = backends.create(flags.blas());
        EvalRun run = new EvalRun(model, flags, backend)) {
      ObjectNode what = run.run();
      for (LeaderboardTask task : flags.tasksWithoutExamples()) {
        err.printf("%s: its prompt has no place for --num-fewshot's examples%n", task.label());
      }
      Path items = prepare();
      Outcome outcome;
      try (ItemLog log = new ItemLog(items, what)) {
        if (log.resumed() > 0) {
          err.printf("%s has %d scores already; going on%n", items, log.resumed());
          err.flush();
        }
        outcome = run.evaluate(log, err);
      }
      what.put("tramontane", Version.tramontane());
      String table = EvalTable.markdown(EvalTable.HEADER, EvalTable.rows(outcome));
      ObjectNode results = ResultsJson.of(outcome, model.toString(), what);
      write(outcome, results, table);
      out.print(json ? results.toPrettyString() + "\n" : table + "\n" + EvalSummary.text(outcome));
      if (!json) {
        out.println("report: " + output.resolve("report.html").toAbsolutePath().toUri());
      }
    }
    out.flush();
    return 0;
  }

  private Path prepare() {
    Path items = output.resolve(EvalFolder.ITEMS);
    try {
      Files.createDirectories(output);
      if (overwrite) {
        Files.deleteIfExists(items);
      }
    } catch (IOException e) {
      throw new UserError("--output " + output + " can't be written: " + e.getMessage(), e);
    }
    return items;
  }

  private void write(Outcome outcome, ObjectNode results, String table) {
    AtomicFiles.writeString(output.resolve(EvalFolder.RESULTS), results.toPrettyString() + "\n");
    AtomicFiles.writeString(output.resolve("table.md"), table);
    AtomicFiles.writeString(output.resolve("report.html"), EvalPage.html(outcome, model));
    if (logSamples) {
      for (TaskOutcome task : outcome.tasks()) {
        AtomicFiles.writeString(
            output.resolve("samples_" + task.name() + ".jsonl"), Samples.lines(task));
      }
    }
  }
}
