package org.tramontane.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendOptions.Blas;
import org.tramontane.tensor.cpu.CpuBackend;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tramontane bench`: measures kernels and the machine's ceilings in one run, and prints the ratios.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measure how near the CPU kernels come to what this machine can do.")
public final class BenchCommand implements Callable<Integer> {
  private enum Suite {
    GEMM,
    KERNELS
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--suite",
      description = "Which benchmarks: ${COMPLETION-CANDIDATES}; all by default.")
  private List<Suite> suites = new ArrayList<>();

  @Option(names = "--threads", description = "Threads, by default one per processor.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--json", description = "Print JSON instead of a Markdown table.")
  private boolean json;

  /// For picocli.
  public BenchCommand() {}

  @Override
  public Integer call() throws JsonProcessingException {
    Map<String, List<Measurement>> tables = new LinkedHashMap<>();
    for (Suite suite : suites.isEmpty() ? List.of(Suite.values()) : suites) {
      List<Measurement> table =
          switch (suite) {
            case GEMM -> GemmBench.run(threads, Timing.STANDARD);
            case KERNELS -> KernelBench.run(threads, Timing.STANDARD);
          };
      tables.put(suite.name().toLowerCase(Locale.ROOT), table);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          new ObjectMapper()
              .writeValueAsString(Map.of("machine", machine(), "measurements", tables)));
    } else {
      out.println(machine());
      tables.forEach((suite, table) -> print(out, suite, table));
    }
    out.flush();
    return 0;
  }

  private String machine() {
    try (Backend backend = new CpuBackend(new BackendOptions(threads, Blas.AUTO))) {
      return backend.description();
    }
  }

  private static void print(PrintWriter out, String suite, List<Measurement> table) {
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
}
