package org.tramontane.cli.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tramontane.cli.eval.EvalComparison;
import org.tramontane.cli.report.RunFiles;
import org.tramontane.spac.eval.result.EvalFolder;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.AtomicFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tramontane compare`: lays runs side by side.
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Lays runs of 'tramontane align' side by side, or says whether two evaluations differ.",
      "",
      "Runs of one name (--run-name; else the method) with the same options and different seeds are one row, with a 95 %%"
          + " confidence interval over the seeds (Student's t). Where all runs were evaluated on the same held-out pairs,"
          + " further tables have 95 %% intervals over pairs and seeds (bootstrap), and the paired differences of rows.",
      "",
      "Two folders (or results.json) of 'tramontane eval' are compared document by document: paired differences with"
          + " 95 %% intervals (bootstrap), and McNemar's exact test where answers are right or wrong (a paired t-test"
          + " elsewhere). 'p (Holm)' counts how many tasks are looked at; the verdict goes by it, at 5 %%."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tramontane compare out/dpo out/spac",
      "  tramontane compare out/*-seed* --html compare.html",
      "  tramontane compare out/* --json | jq '.groups[] | [.label, .figures.\"held-out accuracy\".mean]'",
      "  tramontane compare out/eval-sft out/eval-spac"
    })
public final class CompareCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "RUN",
      description = "Output folders of runs, or two of evaluations.")
  private List<Path> folders = new ArrayList<>();

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a page with the runs' curves over each other.")
  private @Nullable Path html;

  @Option(names = "--markdown", description = "Print the table only.")
  private boolean markdown;

  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    if (folders.stream().anyMatch(EvalFolder::isOne)) {
      return compareEvaluations();
    }
    RunComparison comparison = RunComparison.of(folders.stream().map(RunFiles::read).toList());
    PrintWriter out = spec.commandLine().getOut();
    if (html != null) {
      AtomicFiles.writeString(html, ComparisonPage.of(comparison).toHtml());
    }
    if (json) {
      out.println(JSON.writeValueAsString(comparison.toJson()));
    } else {
      out.print(comparison.toMarkdown());
      if (!markdown) {
        out.println();
        comparison.notes().forEach(out::println);
        if (html != null) {
          out.println("page: " + html.toAbsolutePath().toUri());
        }
      }
    }
    out.flush();
    return 0;
  }

  private int compareEvaluations() throws JsonProcessingException {
    for (Path folder : folders) {
      if (!EvalFolder.isOne(folder)) {
        throw new UserError(
            folder
                + ": not a folder or results.json of 'tramontane eval'; an evaluation can be compared with another only");
      }
    }
    if (folders.size() != 2) {
      throw new UserError(
          "compare: " + folders.size() + " evaluations given; allowed are two at a time");
    }
    if (html != null) {
      throw new UserError(
          "--html: is there for runs of 'align' only; evaluations have their own pages");
    }
    EvalComparison comparison = EvalComparison.of(folders.get(0), folders.get(1));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JSON.writeValueAsString(comparison.toJson()));
    } else {
      out.print(comparison.toMarkdown());
    }
    out.flush();
    return 0;
  }
}
