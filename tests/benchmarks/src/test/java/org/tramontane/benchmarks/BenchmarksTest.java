package org.tramontane.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.Arena;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tramontane.cli.bench.KernelCase;
import org.tramontane.cli.bench.KernelCases;
import org.tramontane.cli.bench.LayerKernel;
import org.tramontane.cli.bench.LayerShape;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.Tensor;
import org.tramontane.tests.reference.ReferenceKernels;

/// The suites run, check what they time, and write what the report reads.
class BenchmarksTest {
  @TempDir Path dir;

  @SuppressWarnings("NullAway.Init") // JUnit sets the folder before each test
  BenchmarksTest() {}

  private JsonNode run(String... args) throws Exception {
    Path result = dir.resolve("jmh.json");
    List<String> words = new ArrayList<>(List.of(args));
    words.addAll(
        List.of("-f", "0", "-wi", "0", "-i", "1", "-r", "10ms", "-foe", "true", "-v", "SILENT"));
    words.addAll(List.of("-rff", result.toString()));
    assertThat(Main.run(words.toArray(String[]::new))).isZero();
    return new ObjectMapper().readTree(result.toFile());
  }

  @Test
  void oneKernelFromRunToReport() throws Exception {
    JsonNode rows =
        run(
            "KernelBenchmark",
            "-p",
            "kernel=RMS_NORM,Q_PROJ",
            "--backend",
            "cpu,nd4j",
            "-p",
            "layer=tiny");
    assertThat(rows).hasSize(6); // two kernels on two backends, two ceilings
    StringWriter out = new StringWriter();
    int exitCode =
        org.tramontane.cli.Main.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(new StringWriter()))
            .execute("bench", "report", dir.resolve("jmh.json").toString());
    assertThat(exitCode).isZero();
    assertThat(out.toString())
        .containsPattern(
            "KernelBenchmark.kernel \\| RMS_NORM tiny \\| cpu \\| .* GB/s \\| [0-9.]+ \\|")
        .containsPattern(
            "KernelBenchmark.kernel \\| Q_PROJ tiny \\| nd4j \\| .* GFLOP/s \\| [0-9.]+ \\|");
    assertThat(Files.size(dir.resolve("jmh.png"))).isPositive();
    assertThat(Files.readString(dir.resolve("jmh.svg"))).contains("<svg");
  }

  @Test
  void wholeModels() throws Exception {
    Set<String> names = new TreeSet<>();
    for (JsonNode row : run("ModelBenchmark", "--backend", "cpu", "-p", "model=tiny")) {
      names.add(row.get("benchmark").asText());
      JsonNode work = row.get("secondaryMetrics");
      assertThat(
              work.at("/flops/rawData/0/0").asDouble() + work.at("/bytes/rawData/0/0").asDouble())
          .isPositive();
    }
    assertThat(names)
        .contains(
            "org.tramontane.benchmarks.ModelBenchmark.forward",
            "org.tramontane.benchmarks.ModelBenchmark.decodeToken",
            "org.tramontane.benchmarks.ModelBenchmark.trainingStep");
  }

  /// What each trial does before it times anything, for all kernels.
  @ParameterizedTest
  @ValueSource(strings = {"cpu", "nd4j"})
  void everyKernelAgreesWithTheReference(String name) {
    try (Backend backend = Defaults.backend(name)) {
      for (LayerKernel kernel : LayerKernel.values()) {
        try (Arena arena = Arena.ofShared()) {
          KernelCase kernelCase = kernel.at(LayerShape.TINY, new KernelCases(arena));
          kernelCase.check(backend.kernels(), new ReferenceKernels());
          assertThat(kernelCase.flops() + kernelCase.bytes()).as(kernel.name()).isPositive();
        }
      }
    }
  }

  /// Kernels that do nothing.
  @Test
  void aWrongResultIsNotTimed() {
    Kernels wrong =
        (Kernels)
            Proxy.newProxyInstance(
                Kernels.class.getClassLoader(),
                new Class<?>[] {Kernels.class},
                (proxy, method, arguments) ->
                    method.getReturnType() == int[].class
                        ? new int[(int) ((Tensor) arguments[0]).rows()]
                        : 0.0);
    for (LayerKernel kernel : LayerKernel.values()) {
      try (Arena arena = Arena.ofShared()) {
        KernelCase kernelCase = kernel.at(LayerShape.TINY, new KernelCases(arena));
        assertThatThrownBy(() -> kernelCase.check(wrong, new ReferenceKernels()))
            .as(kernel.name())
            .isInstanceOf(IllegalStateException.class)
            .hasMessageEndingWith("; nothing is timed");
      }
    }
  }

  @Test
  void theLaunchersWordsBecomeJmhs() {
    assertThat(Main.expand(List.of())).containsExactly("-rf", "json", "-rff", "jmh.json");
    assertThat(Main.expand(List.of("KernelBenchmark", "--backend", "cpu", "-f", "1")))
        .containsExactly(
            "KernelBenchmark",
            "-p",
            "backend=cpu",
            "-f",
            "1",
            "CeilingBenchmark",
            "-rf",
            "json",
            "-rff",
            "jmh.json");
    assertThat(Main.expand(List.of("-p", "layer=7b", "-rff", "out.json")))
        .containsExactly("-p", "layer=7b", "-rff", "out.json", "-rf", "json");
  }
}
