package org.tramontane.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendOptions.Blas;
import org.tramontane.tensor.Backends;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;

class CpuBackendTest {
  @Test
  void isFoundByName() {
    try (Backend backend = Backends.create("cpu", new BackendOptions(2, Blas.JAVA))) {
      assertThat(backend.name()).isEqualTo("cpu");
      assertThat(backend.description()).contains("2 threads").contains("Vector API (as asked)");
    }
  }

  @Test
  void openBlasLoadsAndSaysItsVersionAndCore() {
    try (Backend backend = new CpuBackend(new BackendOptions(1, Blas.OPENBLAS))) {
      assertThat(backend.description())
          .contains("1 thread,")
          .containsPattern("OpenBLAS \\d+\\.\\d+\\.\\d+ \\(\\w+");
    }
  }

  @Test
  void errorsNameTheOperandBeforeAnythingIsWritten() {
    try (Backend backend = new CpuBackend(new BackendOptions(1, Blas.JAVA));
        Arena arena = Arena.ofConfined()) {
      Tensor a = Tensor.allocate(arena, 2, 3);
      Tensor b = Tensor.allocate(arena, 4, 5);
      Tensor c = Tensor.allocate(arena, 2, 4).fill(7);
      assertThatThrownBy(() -> backend.kernels().matmul(a, false, b, true, 1, 0, c))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("b has shape [4, 5]; expected [4, 3]");
      Tensor narrow = Tensor.allocate(arena, DType.BF16, Shape.of(2, 3));
      assertThatThrownBy(() -> backend.kernels().matmul(narrow, false, b, true, 1, 0, c))
          .hasMessage("a has dtype BF16; expected F32");
      int[] ids = {0, 4};
      Tensor out = Tensor.allocate(arena, 2, 5).fill(7);
      assertThatThrownBy(() -> backend.kernels().embedding(ids, b, out))
          .hasMessage("ids[1] = 4; allowed: 0 to 3");
      assertThat(c.toArray()).containsOnly(7);
      assertThat(out.toArray()).containsOnly(7);
    }
  }

  /// A confined arena belongs to one thread; kernels still run on several.
  @Test
  void tensorsOfAConfinedArenaWorkOnSeveralThreads() {
    try (Backend backend = new CpuBackend(new BackendOptions(3, Blas.JAVA));
        Arena arena = Arena.ofConfined()) {
      Tensor x = Tensor.allocate(arena, 1000, 100).fill(1);
      Tensor y = Tensor.allocate(arena, 1000, 100).fill(2);
      backend.kernels().add(x, y);
      assertThat(y.toArray()).containsOnly(3);
    }
  }

  @Test
  void closedBackendRefusesWork() {
    Backend backend = new CpuBackend(new BackendOptions(2, Blas.JAVA));
    backend.close();
    try (Arena arena = Arena.ofConfined()) {
      Tensor x = Tensor.allocate(arena, 4);
      assertThatThrownBy(() -> backend.kernels().add(x, Tensor.allocate(arena, 4)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
  }
}
