package org.tramontane.cli.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tramontane.cli.report.RunFiles;
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
      "Lays runs of 'tramontane align' side by side.",
      "",
      "Runs of one method with the same options and different seeds are one row, with a 95 %%"
          + " confidence interval over the seeds."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tramontane compare out/dpo out/spac",
      "  tramontane compare out/*-seed* --html compare.html",
      "  tramontane compare out/* --json | jq '.groups[] | [.label, .figures.\"held-out accuracy\".mean]'"
    })
public final class CompareCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Output folders of runs.")
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
        out.println(
            "± is half of the 95 % confidence interval over seeds; margin, drift and KL are in nats.");
        if (html != null) {
          out.println("page: " + html.toAbsolutePath().toUri());
        }
      }
    }
    out.flush();
    return 0;
  }
}
