package org.tramontane.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.tramontane.cli.BackendMixin;
import org.tramontane.cli.Version;
import org.tramontane.cli.align.Progress;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.AtomicFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tramontane demo`: generates text, trains a tiny Mistral on it, aligns it with SPAC and with DPO, and compares.
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Trains a tiny Mistral on text that it makes up, aligns it with SPAC and with DPO, and shows what"
          + " changed. Takes about a minute on two cores and downloads nothing.",
      "",
      "Leaves three checkpoints in Hugging Face's layout (base, spac, dpo) and report.html."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tramontane demo",
      "  tramontane demo --output /tmp/demo --seed 7",
      "  tramontane generate --model tramontane-demo/spac --prompt \"Mia asks the fox for a lamp. The fox says:\""
    })
public final class DemoCommand implements Callable<Integer> {
  private static final String MARK = "demo.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where to write. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("tramontane-demo");

  @Option(
      names = "--seed",
      description = "Of text, weights, shuffling and sampling. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--quick",
      description = "A tenth of the training: shows the road, not the result.")
  private boolean quick;

  @Option(names = "--json", description = "Print the results as one JSON object.")
  private boolean json;

  @Mixin private BackendMixin backends;

  @Override
  public Integer call() throws IOException {
    requireOurFolder();
    PrintWriter out = spec.commandLine().getOut();
    try (Backend backend = backends.create();
        Progress progress = new Progress("demo", spec.commandLine().getErr())) {
      progress.line(backend.description());
      AtomicFiles.writeString(output.resolve(MARK), mark("running").toPrettyString() + "\n");
      DemoResult result = new DemoRun(output, seed, quick, backend, progress).run();
      Path report = output.resolve("report.html");
      AtomicFiles.writeString(report, DemoReport.html(result, backend.description()));
      ObjectNode mark = mark("complete");
      mark.set("results", JSON.valueToTree(result.rows()));
      AtomicFiles.writeString(output.resolve(MARK), mark.toPrettyString() + "\n");
      if (json) {
        out.println(JSON.writeValueAsString(mark));
      } else {
        out.println(DemoReport.text(result));
        out.println("report:      " + report.toAbsolutePath().normalize().toUri());
        out.println("checkpoints: " + output.toAbsolutePath().normalize() + " (base, spac, dpo)");
      }
    }
    out.flush();
    return 0;
  }

  private ObjectNode mark(String status) {
    return JSON.createObjectNode()
        .put("status", status)
        .put("seed", seed)
        .put("quick", quick)
        .put("tramontane", Version.tramontane())
        .put("java", Version.java());
  }

  /// A folder with files that no demo has written is somebody's, and stays as it is.
  private void requireOurFolder() {
    try {
      Files.createDirectories(output);
      try (Stream<Path> files = Files.list(output)) {
        List<Path> found = files.toList();
        if (!found.isEmpty() && !Files.exists(output.resolve(MARK))) {
          throw new UserError(
              "--output " + output + " holds files that are not a demo's; name another folder");
        }
      }
    } catch (IOException e) {
      throw new UserError("--output " + output + " can't be used: " + e.getMessage(), e);
    }
  }
}
