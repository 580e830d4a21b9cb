package org.tramontane.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.tramontane.cli.Version;
import org.tramontane.cli.doctor.Diagnosis;
import org.tramontane.tensor.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tramontane bench`: measures kernels, training steps and the machine's ceilings in one run, and prints the ratios.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures how near the CPU backend comes to what this machine can do.",
      "",
      "gemm: matrix products against a direct cblas_sgemm. kernels: memory-bound kernels against a copy."
          + " train: DPO training steps (S and M) against cblas_sgemm. Medians of cases that take turns."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tramontane bench                       everything, about ten minutes",
      "  tramontane bench --suite train --json",
      "  tramontane bench --quick               whether it runs; its figures mean nothing"
    })
public final class BenchCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  private enum Suite {
    GEMM,
    KERNELS,
    TRAIN
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--suite",
      split = ",",
      paramLabel = "gemm|kernels|train",
      description = "Which benchmarks. Default: all.")
  private List<Suite> suites = new ArrayList<>();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Host threads. Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--quick", description = "A glance: tiny training step, few repetitions.")
  private boolean quick;

  @Option(names = "--json", description = "Print one JSON object instead of Markdown tables.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    if (threads < 1) {
      throw new UserError("--threads " + threads + ": allowed are 1 or more");
    }
    PrintWriter out = spec.commandLine().getOut();
    Timing timing = quick ? Timing.QUICK : Timing.STANDARD;
    ObjectNode root = environment();
    if (!json) {
      root.properties()
          .forEach(fact -> out.printf("%-10s %s%n", fact.getKey(), fact.getValue().asText()));
      out.flush();
    }
    for (Suite suite : suites.isEmpty() ? List.of(Suite.values()) : suites) {
      String name = suite.name().toLowerCase(Locale.ROOT);
      spec.commandLine().getErr().println("bench: " + name + " ...");
      spec.commandLine().getErr().flush();
      switch (suite) {
        case GEMM -> show(out, root, name, GemmBench.run(threads, timing));
        case KERNELS -> show(out, root, name, KernelBench.run(threads, timing));
        case TRAIN -> showTraining(out, root, TrainingBench.run(threads, quick));
      }
      out.flush();
    }
    if (json) {
      out.println(JSON.writeValueAsString(root));
      out.flush();
    }
    return 0;
  }

  /// The machine, and how busy others keep it: figures from a busy machine say little.
  private ObjectNode environment() {
    ObjectNode root = JSON.createObjectNode();
    Diagnosis diagnosis = Diagnosis.ofThisMachine();
    diagnosis.facts().stream()
        .filter(fact -> List.of("os", "cpu", "memory").contains(fact.key()))
        .forEach(fact -> root.put(fact.key(), fact.value()));
    root.put("java", Version.java());
    root.put("tramontane", Version.tramontane());
    root.put("threads", Integer.toString(threads));
    diagnosis.backends().stream()
        .filter(backend -> backend.name().equals("cpu"))
        .forEach(backend -> root.put("backend", backend.description()));
    root.put(
        "load",
        String.format(
            Locale.ROOT,
            "%.2f",
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
    return root;
  }

  private void show(PrintWriter out, ObjectNode root, String suite, List<Measurement> table) {
    root.set(suite, JSON.valueToTree(table));
    if (json) {
      return;
    }
    out.printf("%n| %s | shape | ms | rate | ceiling | share |%n", suite);
    out.println("|---|---|--:|--:|--:|--:|");
    for (Measurement m : table) {
      out.printf(
          Locale.ROOT,
          "| %s | %s | %.3f | %.1f %s | %.1f | %.2f |%n",
          m.name(),
          m.shape(),
          1e3 * m.seconds(),
          m.rate(),
          m.unit(),
          m.ceiling(),
          m.share());
    }
  }

  private void showTraining(PrintWriter out, ObjectNode root, List<TrainingMeasurement> table) {
    var rows = root.putArray("train");
    for (TrainingMeasurement m : table) {
      rows.addObject()
          .put("name", m.shape().name())
          .put("forward_seconds", m.times().forward())
          .put("backward_seconds", m.times().backward())
          .put("optimizer_seconds", m.times().optimizer())
          .put("tokens_per_second", m.tokensPerSecond())
          .put("gflops", m.gigaFlops())
          .put("sgemm_gflops", m.peak())
          .put("share", m.share());
    }
    if (json) {
      return;
    }
    out.printf(
        "%n| train | forward s | backward s | optimizer s | tokens/s | GFLOP/s | sgemm GFLOP/s | share |%n");
    out.println("|---|--:|--:|--:|--:|--:|--:|--:|");
    for (TrainingMeasurement m : table) {
      out.printf(
          Locale.ROOT,
          "| %s | %.3f | %.3f | %.3f | %.0f | %.1f | %.1f | %.2f |%n",
          m.shape().name(),
          m.times().forward(),
          m.times().backward(),
          m.times().optimizer(),
          m.tokensPerSecond(),
          m.gigaFlops(),
          m.peak(),
          m.share());
    }
  }
}
