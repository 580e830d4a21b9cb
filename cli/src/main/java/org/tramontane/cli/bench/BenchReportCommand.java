package org.tramontane.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tramontane bench report`: rates and shares of a JMH run, and a picture.
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = {
      "Reads the JSON that tests/benchmarks/run has JMH write: prints GFLOP/s or GB/s of each benchmark and its share of the"
          + " ceilings that the same run measured (a copy as STREAM counts it, a direct cblas_sgemm), and draws the shares.",
      "",
      "The picture is written beside the file, as PNG and SVG."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tests/benchmarks/run 'KernelBenchmark' -p layer=tiny",
      "  tramontane bench report jmh.json                  also writes jmh.png and jmh.svg",
      "  tramontane bench report jmh.json --no-picture --json"
    })
public final class BenchReportCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE.json", description = "What JMH wrote (-rf json).")
  private Path file;

  @Option(
      names = "--picture",
      paramLabel = "NAME",
      description = "Write NAME.png and NAME.svg (default: FILE without .json).")
  private @Nullable Path picture;

  @Option(names = "--no-picture", description = "Write no picture.")
  private boolean noPicture;

  @Option(names = "--json", description = "Print one JSON object instead of a Markdown table.")
  private boolean json;

  /// Made by picocli, which sets the fields.
  @SuppressWarnings("NullAway.Init")
  public BenchReportCommand() {}

  @Override
  public Integer call() throws JsonProcessingException {
    JmhReport report = JmhReport.read(file);
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? JSON.writeValueAsString(toJson(report)) + "\n" : report.markdown());
    out.flush();
    if (!noPicture) {
      Path name = picture;
      if (name == null) {
        String own = String.valueOf(file.getFileName());
        name =
            file.resolveSibling(own.endsWith(".json") ? own.substring(0, own.length() - 5) : own);
      }
      PrintWriter err = spec.commandLine().getErr();
      err.println(
          JmhPicture.write(report, name)
              ? "picture: " + name + ".png and .svg"
              : "no picture: no benchmark of this file says what work it does");
      err.flush();
    }
    return 0;
  }

  private static ObjectNode toJson(JmhReport report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("copy_gb_per_second", report.copy()).put("sgemm_gflops", report.sgemm());
    var rows = root.putArray("rows");
    for (JmhRow row : report.rows()) {
      ObjectNode object =
          rows.addObject().put("benchmark", row.benchmark()).put("backend", row.backend());
      row.params().forEach(object::put);
      object.put("seconds", row.seconds());
      if (!Double.isNaN(row.error())) {
        object.put("error_seconds", row.error());
      }
      if (!row.unit().isEmpty()) {
        object.put("rate", row.rate()).put("unit", row.unit());
      }
      if (!Double.isNaN(report.share(row))) {
        object.put("share", report.share(row));
      }
    }
    return root;
  }
}
