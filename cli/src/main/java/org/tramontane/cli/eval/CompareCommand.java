package org.tramontane.cli.eval;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.tramontane.cli.Version;
import org.tramontane.spac.eval.result.Comparison;
import org.tramontane.spac.eval.result.EvalFolder;
import org.tramontane.spac.eval.stats.Estimate;
import org.tramontane.tensor.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tramontane compare`: whether two runs differ by more than chance.
///
/// What is compared shows in the files themselves, so that other kinds of run can join.
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Compares two evaluations document by document: paired differences with 95 %% intervals (bootstrap), and McNemar's"
          + " exact test where answers are right or wrong (a paired t-test elsewhere).",
      "",
      "'p (Holm)' counts how many tasks are looked at; the verdict goes by it, at 5 %%."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tramontane compare out/eval-sft out/eval-spac",
      "  tramontane compare a/results.json b/results.json --json"
    })
public final class CompareCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "A",
      description = "A folder of 'eval', or its results.json.")
  private Path first = Path.of("");

  @Parameters(index = "1", paramLabel = "B", description = "Another.")
  private Path second = Path.of("");

  @Option(names = "--json", description = "Print the comparison as one JSON object.")
  private boolean json;

  /// Made by picocli, which sets the parameters.
  @SuppressWarnings("NullAway.Init")
  public CompareCommand() {}

  @Override
  public Integer call() {
    for (Path path : new Path[] {first, second}) {
      if (!EvalFolder.isOne(path)) {
        throw new UserError(
            path
                + ": not a folder or results.json of 'tramontane eval', which is what can be compared");
      }
    }
    Comparison comparison = Comparison.of(EvalFolder.read(first), EvalFolder.read(second));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(comparison));
    } else {
      out.print(EvalTable.markdown(EvalTable.COMPARISON_HEADER, EvalTable.rows(comparison)));
    }
    out.flush();
    return 0;
  }

  private ObjectNode json(Comparison comparison) {
    ObjectNode root = JSON.createObjectNode();
    root.put("a", first.toString()).put("b", second.toString());
    ArrayNode lines = root.putArray("lines");
    for (Comparison.Line line : comparison.lines()) {
      Estimate difference = line.paired().difference();
      ObjectNode node = lines.addObject();
      node.put("title", line.title()).put("metric", line.metric());
      node.put("a", line.paired().first()).put("b", line.paired().second());
      node.put("difference", difference.value()).put("stderr", difference.standardError());
      node.putArray("interval_95")
          .add(difference.interval().low())
          .add(difference.interval().high());
      node.put("documents", difference.size());
      line.paired()
          .mcNemar()
          .ifPresent(test -> node.put("only_a", test.onlyFirst()).put("only_b", test.onlySecond()));
      node.put("p", line.paired().p()).put("p_holm", line.holm());
      node.put("significant", line.isSignificant());
      line.notes().forEach(node.putArray("notes")::add);
    }
    return root;
  }
}
