package org.tramontane.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.tramontane.cli.Version;
import org.tramontane.cli.doctor.Diagnosis;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.Backends;
import org.tramontane.tensor.Ceilings;
import org.tramontane.tensor.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tramontane bench`: tokens per second of whole models, backends side by side; with `--suite` kernels and training steps
/// against the machine's ceilings.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures tokens per second: reading a prompt (pp512), generating (tg128), and F32 DPO training steps (train), backends"
          + " side by side, on a model of yours or on random weights of a built-in shape.",
      "",
      "Shapes: tiny (stories260K's: hidden 64, 5 layers, vocabulary 512), S (512, 8, 8192), M (1024, 12, 32000), 7b-layer (one"
          + " of Mistral 7B's 32 layers with embedding and head, BF16), 7b (all of them; it trains a LoRA adapter; 15 GB).",
      "",
      "With --suite it measures how near the CPU backend comes to what this machine can do instead: gemm: matrix products"
          + " against a direct cblas_sgemm. kernels: memory-bound kernels against a copy. train: DPO training steps (S and M)"
          + " against cblas_sgemm.",
      "",
      "Each kernel on each backend by JMH: tests/benchmarks/run; 'tramontane bench report' reads what it writes."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tramontane bench                                        shape S on the CPU, a minute or two",
      "  tramontane bench --backend cpu,nd4j --shape tiny,S      side by side",
      "  tramontane bench --model DIR --no-train --csv           a checkpoint of yours",
      "  tramontane bench --suite gemm,kernels,train             about ten minutes",
      "  tramontane bench report jmh.json                        table and picture of JMH's figures"
    },
    subcommands = BenchReportCommand.class)
public final class BenchCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final double WARM_UP_SECONDS = 2;

  private enum Suite {
    GEMM,
    KERNELS,
    TRAIN
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--backend",
      split = ",",
      paramLabel = "NAME",
      description = "Who computes, several side by side: cpu, nd4j, auto. Default: auto.")
  private List<String> backends = new ArrayList<>();

  @Option(
      names = "--model",
      split = ",",
      paramLabel = "DIR",
      description = "Checkpoint folders to measure instead of built-in shapes.")
  private List<Path> models = new ArrayList<>();

  @Option(
      names = "--shape",
      split = ",",
      paramLabel = "tiny|S|M|7b-layer|7b",
      description = "Built-in shapes. Default: S, if there is no --model.")
  private List<String> shapes = new ArrayList<>();

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      description = "Tokens to read (default: ${DEFAULT-VALUE}).")
  private int promptTokens = 512;

  @Option(
      names = "--new-tokens",
      paramLabel = "N",
      description = "Tokens to generate (default: ${DEFAULT-VALUE}).")
  private int newTokens = 128;

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      description = "How often each test is measured (default: ${DEFAULT-VALUE}).")
  private int repetitions = 5;

  @Option(
      names = "--details",
      description =
          "Print also FLOPs and bytes of weights per second, and what a backend counts per token.")
  private boolean details;

  @Option(names = "--no-train", description = "Leave training out.")
  private boolean noTrain;

  @Option(
      names = "--suite",
      split = ",",
      paramLabel = "gemm|kernels|train",
      description = "Measure the CPU backend against the machine instead.")
  private List<Suite> suites = new ArrayList<>();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Host threads. Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--quick", description = "A glance: whether it runs; its figures mean nothing.")
  private boolean quick;

  @Option(names = "--csv", description = "Print CSV instead of a Markdown table.")
  private boolean csv;

  @Option(names = "--json", description = "Print one JSON object instead of Markdown tables.")
  private boolean json;

  /// Made by picocli, which sets the fields.
  @SuppressWarnings("NullAway.Init")
  public BenchCommand() {}

  @Override
  public Integer call() throws JsonProcessingException {
    require("--threads", threads);
    require("--prompt-tokens", promptTokens);
    require("--new-tokens", newTokens);
    require("--repetitions", repetitions);
    if (csv && json) {
      throw new UserError("--csv and --json: choose one");
    }
    return suites.isEmpty() ? measureModels() : measureMachine();
  }

  private static void require(String option, int value) {
    if (value < 1) {
      throw new UserError(option + " " + value + ": allowed are 1 or more");
    }
  }

  private void tell(String line) {
    spec.commandLine().getErr().println("bench: " + line);
    spec.commandLine().getErr().flush();
  }

  private int measureModels() throws JsonProcessingException {
    List<String> named =
        shapes.isEmpty() && models.isEmpty() ? List.of(quick ? "tiny" : "S") : shapes;
    SpeedPlan plan =
        new SpeedPlan(
            backends.isEmpty() ? List.of(Backends.AUTO) : backends,
            threads,
            models,
            named.stream().map(ModelShape::named).toList(),
            quick ? 0 : WARM_UP_SECONDS,
            quick ? 1 : repetitions,
            quick ? Math.min(16, promptTokens) : promptTokens,
            quick ? Math.min(4, newTokens) : newTokens,
            !noTrain);
    PrintWriter out = spec.commandLine().getOut();
    List<Backend> open = plan.open(this::tell);
    try {
      Map<String, String> environment = environment();
      open.forEach(backend -> environment.put("backend " + backend.name(), backend.description()));
      if (!json && !csv) {
        print(out, environment);
        out.println();
        out.flush();
      }
      List<SpeedResult> results = plan.measure(open, this::tell);
      List<String> names = open.stream().map(Backend::name).toList();
      if (json) {
        Map<String, Ceilings> ceilings = details ? ceilings(open) : Map.of();
        out.println(JSON.writeValueAsString(SpeedTables.json(results, environment, ceilings)));
      } else if (csv) {
        out.print(SpeedTables.csv(results, environment));
      } else {
        out.print(SpeedTables.markdown(results, names, plan.repetitions()));
        if (details) {
          out.println();
          out.flush();
          Map<String, Ceilings> ceilings = ceilings(open);
          out.print(SpeedTables.details(results, ceilings));
        }
      }
      out.flush();
    } finally {
      open.forEach(Backend::close);
    }
    return 0;
  }

  /// What devices can do at best, by the names of their backends.
  private Map<String, Ceilings> ceilings(List<Backend> open) {
    Map<String, Ceilings> ceilings = new LinkedHashMap<>();
    for (Backend backend : open) {
      if (backend.memory().isEmpty()) {
        continue; // it has no device of its own
      }
      tell(backend.name() + ": what it can do at best ...");
      backend.ceilings().ifPresent(measured -> ceilings.put(backend.name(), measured));
    }
    return ceilings;
  }

  private int measureMachine() throws JsonProcessingException {
    boolean onlyCpu =
        backends.stream().allMatch(name -> List.of("cpu", Backends.AUTO).contains(name));
    if (!onlyCpu || csv || !models.isEmpty() || !shapes.isEmpty()) {
      throw new UserError(
          "--suite measures the CPU backend at shapes of its own: leave out --backend, --model, --shape and --csv");
    }
    PrintWriter out = spec.commandLine().getOut();
    Timing timing = quick ? Timing.QUICK : Timing.STANDARD;
    ObjectNode root = JSON.createObjectNode();
    Map<String, String> environment = environment();
    Diagnosis.ofThisMachine().backends().stream()
        .filter(backend -> backend.name().equals("cpu"))
        .forEach(backend -> environment.put("backend", backend.description()));
    environment.forEach(root::put);
    if (!json) {
      print(out, environment);
      out.flush();
    }
    for (Suite suite : suites) {
      String name = suite.name().toLowerCase(Locale.ROOT);
      tell(name + " ...");
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

  private static void print(PrintWriter out, Map<String, String> environment) {
    environment.forEach((key, value) -> out.printf("%-13s %s%n", key, value));
  }

  /// The machine, and how busy others keep it: figures from a busy machine say little.
  private Map<String, String> environment() {
    Map<String, String> facts = new LinkedHashMap<>();
    Diagnosis.factsOfThisMachine().stream()
        .filter(fact -> List.of("os", "cpu", "gpu", "memory", "load").contains(fact.key()))
        .forEach(fact -> facts.put(fact.key(), fact.value()));
    facts.put("java", Version.java());
    facts.put("tramontane", Version.tramontane());
    facts.put("threads", Integer.toString(threads));
    return facts;
  }

  private void show(PrintWriter out, ObjectNode root, String suite, List<Measurement> table) {
    root.set(suite, JSON.valueToTree(table));
    if (!json) {
      SuiteTables.print(out, suite, table);
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
    if (!json) {
      SuiteTables.printTraining(out, table);
    }
  }
}
