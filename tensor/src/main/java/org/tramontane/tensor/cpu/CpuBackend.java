package org.tramontane.tensor.cpu;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.cpu.internal.Gemm;
import org.tramontane.tensor.cpu.internal.OpenBlas;
import org.tramontane.tensor.cpu.internal.OpenBlasGemm;
import org.tramontane.tensor.cpu.internal.Scratch;
import org.tramontane.tensor.cpu.internal.Threads;
import org.tramontane.tensor.cpu.internal.VectorGemm;
import org.tramontane.tensor.internal.CheckedKernels;

/// [Backend] on the CPU. Owns its threads and scratch memory until it is closed.
public final class CpuBackend implements Backend {
  private final Threads threads;
  private final Scratch scratch;
  private final Kernels kernels;
  private final String description;
  private final Map<String, String> properties;

  /// A backend with its own threads.
  ///
  /// @throws IllegalStateException if OpenBLAS was asked for by name and does not load, with the reason
  public CpuBackend(BackendOptions options) {
    Choice choice = choose(options.blas());
    threads = new Threads(options.threads());
    scratch = new Scratch(options.threads());
    kernels = new CheckedKernels(new CpuKernels(threads, scratch, choice.gemm()));
    description =
        "CPU, "
            + options.threads()
            + (options.threads() == 1 ? " thread, " : " threads, ")
            + jdk.incubator.vector.FloatVector.SPECIES_PREFERRED.vectorBitSize()
            + "-bit vectors, matrix products by "
            + choice.gemm().description()
            + choice.reason();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("device", "CPU");
    facts.put("threads", Integer.toString(options.threads()));
    facts.put(
        "vector_bits",
        Integer.toString(jdk.incubator.vector.FloatVector.SPECIES_PREFERRED.vectorBitSize()));
    facts.put("blas", choice.gemm().description());
    if (choice.gemm() instanceof OpenBlasGemm) {
      facts.putAll(OpenBlas.load().properties());
    }
    properties = Collections.unmodifiableMap(facts);
  }

  /// The matrix product, and in brackets why it is not OpenBLAS.
  private record Choice(Gemm gemm, String reason) {}

  private static Choice choose(BackendOptions.Blas blas) {
    return switch (blas) {
      case JAVA -> new Choice(new VectorGemm(), " (as asked)");
      case OPENBLAS -> {
        OpenBlas.Loaded loaded = OpenBlas.load();
        if (loaded.library() == null) {
          throw new IllegalStateException("OpenBLAS was asked for but " + loaded.reason());
        }
        yield new Choice(new OpenBlasGemm(loaded.library()), "");
      }
      case AUTO -> {
        OpenBlas.Loaded loaded = OpenBlas.load();
        yield loaded.library() == null
            ? new Choice(new VectorGemm(), " (no OpenBLAS: " + loaded.reason() + ")")
            : new Choice(new OpenBlasGemm(loaded.library()), "");
      }
    };
  }

  @Override
  public String name() {
    return CpuBackendProvider.NAME;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public Map<String, String> properties() {
    return properties;
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  /// Runs `body`: a CPU has nothing to record.
  @Override
  public void capture(Object key, Runnable body) {
    body.run();
  }

  @Override
  public void close() {
    threads.close();
    scratch.close();
  }
}
