package org.tramontane.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.tensor.cpu.CpuBackendProvider;

/// Who is chosen, and that a backend that computes wrongly is not.
class BackendsTest {
  private static final BackendOptions OPTIONS = BackendOptions.threads(1);

  /// A backend under another name, on the CPU's kernels, of which one may be broken.
  ///
  /// @param broken the kernel whose result is spoilt, or nothing
  /// @param output which of its operands holds the result, -1 if it is the returned value
  private record Other(
      String name, int priority, Optional<String> unavailableBecause, String broken, int output)
      implements BackendProvider {

    static Other sound(String name, int priority) {
      return new Other(name, priority, Optional.empty(), "", 0);
    }

    static Other absent(String name, int priority, String reason) {
      return new Other(name, priority, Optional.of(reason), "", 0);
    }

    @Override
    public Backend create(BackendOptions options) {
      Backend cpu = new CpuBackendProvider().create(options);
      Kernels kernels =
          (Kernels)
              Proxy.newProxyInstance(
                  Kernels.class.getClassLoader(),
                  new Class<?>[] {Kernels.class},
                  (proxy, method, arguments) -> {
                    try {
                      Object result = method.invoke(cpu.kernels(), arguments);
                      if (!method.getName().equals(broken)) {
                        return result;
                      }
                      if (result instanceof int[] indices) {
                        return IntStream.of(indices).map(i -> i + 1).toArray();
                      }
                      if (output < 0) {
                        return (double) result * 1.01;
                      }
                      Tensor spoilt = (Tensor) arguments[output];
                      for (long i = 0; i < spoilt.elements(); i++) {
                        spoilt.set(i, spoilt.get(i) * 1.01f);
                      }
                      return result;
                    } catch (InvocationTargetException e) {
                      throw e.getCause();
                    }
                  });
      return new Backend() {
        @Override
        public String name() {
          return Other.this.name;
        }

        @Override
        public String description() {
          return Other.this.name;
        }

        @Override
        public Kernels kernels() {
          return kernels;
        }

        @Override
        public void capture(Object key, Runnable body) {
          body.run();
        }

        @Override
        public void close() {
          cpu.close();
        }
      };
    }
  }

  private static Backends.Choice choose(String name, BackendProvider... providers) {
    Backends.Choice choice = Backends.choose(List.of(providers), name, OPTIONS);
    choice.backend().close();
    return choice;
  }

  /// Every kernel that is asked, with the operand that it writes first.
  @ParameterizedTest
  @CsvSource({
    "matmul, 6",
    "sumOfSquares, -1",
    "embedding, 2",
    "rmsNorm, 3",
    "rmsNormBackward, 4",
    "rope, 0",
    "swiGlu, 2",
    "swiGluBackward, 3",
    "attention, 5",
    "attentionBackward, 10",
    "decodeAttention, 6",
    "tokenLogProb, 3",
    "tokenLogProbBackward, 5",
    "argMax, -1",
    "adamW, 0"
  })
  void aBackendThatComputesWronglyIsRefused(String kernel, int output) {
    Other wrong = new Other("wrong", 5, Optional.empty(), kernel, output);
    assertThatThrownBy(() -> choose("wrong", wrong))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "backend 'wrong' computes wrongly on this machine: " + kernel + " gives [")
        .hasMessageContaining("] is right")
        .message()
        .doesNotContain("\n");
    Backends.Choice auto = choose(Backends.AUTO, wrong, Other.sound("right", 0));
    assertThat(auto.backend().name()).isEqualTo("right");
    assertThat(auto.reason())
        .startsWith(
            "passed over wrong: backend 'wrong' computes wrongly on this machine: " + kernel);
  }

  @Test
  void autoTakesTheFirstThatCanRunAndSaysWhy() {
    Backends.Choice choice =
        choose(
            Backends.AUTO,
            Other.absent("gpu", 10, "no card"),
            Other.sound("cpu", 0),
            Other.sound("slow", -10));
    assertThat(choice.backend().name()).isEqualTo("cpu");
    assertThat(choice.reason()).isEqualTo("passed over gpu: no card; comes before slow");
    assertThat(choose(Backends.AUTO, Other.sound("cpu", 0)).reason())
        .isEqualTo("the only one there is");
  }

  /// Whose native library is missing.
  private record Unlinked(String name, int priority) implements BackendProvider {
    @Override
    public Optional<String> unavailableBecause() {
      return Optional.empty();
    }

    @Override
    public Backend create(BackendOptions options) {
      throw new UnsatisfiedLinkError("no libgpu.so");
    }
  }

  @Test
  void aBackendWithoutItsLibraryIsPassedOverOrAnError() {
    Unlinked gpu = new Unlinked("gpu", 10);
    assertThat(choose(Backends.AUTO, gpu, Other.sound("cpu", 0)).reason())
        .startsWith("passed over gpu: backend 'gpu' does not start: ")
        .endsWith("no libgpu.so");
    assertThatThrownBy(() -> choose("gpu", gpu)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aNamedBackendIsThatOneOrAnError() {
    Other cpu = Other.sound("cpu", 0);
    Other gpu = Other.absent("gpu", 10, "no card");
    assertThat(choose("cpu", gpu, cpu).reason()).isEqualTo("as asked");
    assertThatThrownBy(() -> choose("gpu", gpu, cpu))
        .hasMessage("backend 'gpu' can't run here: no card");
    assertThatThrownBy(() -> choose("tpu", gpu, cpu))
        .hasMessage("no backend is called 'tpu'; there are [gpu, cpu]");
    assertThatThrownBy(() -> choose(Backends.AUTO, gpu))
        .hasMessage("no backend can run here: [gpu: no card]");
  }

  @Test
  void theCpuSaysWhatItRunsOn() {
    try (Backend backend = Backends.create("cpu", OPTIONS)) {
      assertThat(backend.properties())
          .containsEntry("device", "CPU")
          .containsEntry("threads", "1")
          .containsKeys("vector_bits", "blas");
    }
  }
}
