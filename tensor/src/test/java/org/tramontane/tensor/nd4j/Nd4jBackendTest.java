package org.tramontane.tensor.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendProvider;
import org.tramontane.tensor.Backends;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.cpu.CpuBackendProvider;

class Nd4jBackendTest {

  @Test
  void isFoundByNameAndSaysWhatItRunsOn() {
    try (Backend backend = Backends.create("nd4j", BackendOptions.threads(2))) {
      assertThat(backend.name()).isEqualTo("nd4j");
      assertThat(backend.description())
          .contains("ND4J 1.0.0-M2.1")
          .contains("OpenBLAS 0.3.31")
          .contains("2 threads");
    }
  }

  @Test
  void isNotTheAutomaticChoice() {
    assertThat(Backends.providers())
        .extracting(BackendProvider::name)
        .containsSubsequence(new CpuBackendProvider().name(), "nd4j");
  }

  @Test
  void withoutItsJarsItSaysWhatToAdd() throws Exception {
    URL classes = Nd4jBackendProvider.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader alone =
        new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
      Class<?> type = alone.loadClass(Nd4jBackendProvider.class.getName());
      assertThat(type.getClassLoader()).isSameAs(alone);
      Object provider = type.getConstructor().newInstance();
      Optional<?> reason = (Optional<?>) type.getMethod("unavailableBecause").invoke(provider);
      assertThat(reason)
          .hasValueSatisfying(
              text ->
                  assertThat(text.toString())
                      .startsWith("ND4J is not on the classpath: add org.nd4j:nd4j-native")
                      .doesNotContain("\n"));
    }
  }

  @Test
  void refusesShapesThatDoNotFitBeforeItWrites() {
    try (Backend backend = new Nd4jBackendProvider().create(BackendOptions.threads(1));
        Arena arena = Arena.ofConfined()) {
      Tensor x = Tensor.allocate(arena, 2, 3);
      Tensor y = Tensor.allocate(arena, 2, 2).fill(7);
      assertThatThrownBy(() -> backend.kernels().add(x, y))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("y has shape [2, 2]");
      assertThat(y.toArray()).containsOnly(7);
    }
  }

  @Test
  void twoBackendsDoNotDisturbEachOther() {
    try (Arena arena = Arena.ofConfined();
        Backend one = new Nd4jBackendProvider().create(BackendOptions.threads(1))) {
      Tensor x = Tensor.allocate(arena, 5, 3).fill(2);
      Tensor y = Tensor.allocate(arena, 5, 3).fill(1);
      try (Backend two = new Nd4jBackendProvider().create(BackendOptions.threads(2))) {
        two.kernels().add(x, y);
      }
      one.kernels().add(x, y);
      assertThat(y.toArray()).containsOnly(5);
    }
  }

  @Test
  void readsMemoryAtAnAddressThatWasReused() {
    try (Backend backend = new Nd4jBackendProvider().create(BackendOptions.threads(1))) {
      for (int i = 0; i < 50; i++) {
        try (Arena arena = Arena.ofConfined()) {
          Tensor x = Tensor.allocate(arena, 7, 5).fill(i);
          Tensor y = Tensor.allocate(arena, 7, 5).fill(1);
          backend.kernels().add(x, y);
          assertThat(y.toArray()).containsOnly(i + 1f);
        }
      }
    }
  }
}
