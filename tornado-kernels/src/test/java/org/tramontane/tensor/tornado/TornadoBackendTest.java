package org.tramontane.tensor.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.Backends;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.DeviceMemory;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.tornado.TornadoBackend.Counts;

/// Who has the newest bytes, and what a capture does; what kernels compute is for the conformance suite in `tests`.
class TornadoBackendTest {
  private final Arena arena = Arena.ofShared();
  private final TornadoBackend backend = new TornadoBackend();
  private final Kernels kernels = backend.kernels();

  @AfterEach
  void close() {
    backend.close();
    arena.close();
  }

  private Tensor of(float... values) {
    return Tensor.of(arena, Shape.of(values.length), values);
  }

  @Test
  void itsFactsNameTheDeviceAndItsMemory() {
    Map<String, String> facts = backend.properties();
    assertThat(facts).containsKeys("device", "device_type", "driver", "platform");
    assertThat(backend.description()).startsWith(facts.getOrDefault("device", "no device"));
    long memory = Long.parseLong(facts.getOrDefault("memory_bytes", "0"));
    long tensors = Long.parseLong(facts.getOrDefault("tensor_bytes", "0"));
    long floats = Long.parseLong(facts.getOrDefault("float_bytes", "0"));
    assertThat(tensors).isPositive().isLessThan(memory);
    assertThat(floats).isBetween(4 * backend.freeFloats(), tensors);
  }

  /// A tensor of half of what it says that it has finds room.
  @Test
  void itsMemoryIsWhatItSays() {
    DeviceMemory memory = backend.memory().orElseThrow();
    long all = Long.parseLong(backend.properties().getOrDefault("float_bytes", "0"));
    long tensors = Long.parseLong(backend.properties().getOrDefault("tensor_bytes", "0"));
    assertThat(memory.floats()).isPositive().isLessThan(all);
    boolean library = backend.properties().getOrDefault("products", "").startsWith("cuBLAS");
    // A library keeps a part for activations in BF16.
    assertThat(memory.words()).isEqualTo(tensors - all - (library ? 64L << 20 : 0));
    assertThat(memory.largestWords()).isPositive().isLessThanOrEqualTo(memory.words());
    assertThat(memory.more()).contains("tramontane.tornado.floats");
    try (Arena own = Arena.ofShared()) {
      Tensor half = Tensor.allocate(own, memory.floats() / 8).fill(1);
      kernels.add(of(1).first(1), half.first(1));
      assertThat(half.get(0)).isEqualTo(2);
    }
  }

  @Test
  void theHostSeesWhatAKernelWrote() {
    Tensor x = of(1, 2, 3);
    Tensor y = of(10, 20, 30);
    kernels.add(x, y);
    assertThat(y.toArray()).containsExactly(11, 22, 33);
    assertThat(y.get(1)).isEqualTo(22);
    assertThat(y.data().get(Tensor.FLOAT, 8)).isEqualTo(33);
  }

  @Test
  void aKernelSeesWhatTheHostWrote() {
    Tensor x = of(1, 2, 3);
    Tensor y = of(0, 0, 0);
    kernels.add(x, y);
    x.set(0, 5);
    kernels.add(x, y);
    assertThat(y.toArray()).containsExactly(6, 4, 6);
    y.copyFrom(0, 1, 0);
    x.data().set(Tensor.FLOAT, 4, 7);
    kernels.add(x, y);
    assertThat(y.toArray()).containsExactly(5, 8, 3);
  }

  @Test
  void viewsShareWhatIsNewest() {
    Tensor all = Tensor.of(arena, Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
    kernels.add(all.rows(0, 1), all.rows(2, 3));
    assertThat(all.toArray()).containsExactly(1, 2, 3, 4, 6, 8);
    all.rows(1, 2).fill(9);
    kernels.add(all.rows(1, 2), all.rows(0, 1));
    assertThat(all.reshape(6).toArray()).containsExactly(10, 11, 9, 9, 6, 8);
    // An output that is a part of a memory leaves the rest of it alone, also where the device has
    // not seen it yet.
    Tensor fresh = of(1, 2, 3, 4);
    kernels.dropout(of(7, 8), 0, 1, fresh.first(2));
    assertThat(fresh.toArray()).containsExactly(7, 8, 3, 4);
  }

  @Test
  void fillingOnTheDeviceAndBeforeIt() {
    Tensor x = Tensor.allocate(arena, 100);
    x.fill(2);
    Tensor y = Tensor.allocate(arena, 100);
    kernels.add(x, y);
    y.fill(1);
    kernels.add(x, y);
    assertThat(y.toArray()).containsOnly(3);
    y.first(50).fill(0);
    kernels.add(x, y);
    assertThat(y.get(49)).isEqualTo(2);
    assertThat(y.get(50)).isEqualTo(5);
  }

  @Test
  void memoryIsSentOnce() {
    Tensor weight = Tensor.allocate(arena, DType.BF16, Shape.of(64, 64)).fill(0.5f);
    Tensor x = Tensor.allocate(arena, 8, 64).fill(1);
    Tensor y = Tensor.allocate(arena, 8, 64);
    kernels.matmul(x, false, weight, true, 1, 0, y);
    kernels.matmul(y, false, weight, true, 1, 0, x);
    Counts before = backend.counts();
    assertThat(before.sent()).isGreaterThanOrEqualTo(weight.byteSize());
    kernels.matmul(x, false, weight, true, 1, 0, y);
    kernels.matmul(y, false, weight, true, 1, 0, x);
    assertThat(backend.counts().sent()).isEqualTo(before.sent());
    assertThat(x.get(0)).isEqualTo((float) Math.pow(32, 4));
  }

  @Test
  void aCaptureIsOneExecutionAndTakesOtherTensors() {
    float expected = 1;
    Tensor y = Tensor.allocate(arena, 4).fill(1);
    kernels.add(Tensor.allocate(arena, 4), y); // y is on the device
    for (int round = 0; round < 6; round++) {
      Tensor x = Tensor.allocate(arena, 4).fill(round);
      kernels.add(x, Tensor.allocate(arena, 4)); // and so is x, before the capture begins
      Counts before = backend.counts();
      Tensor result = y;
      backend.capture(
          "layer",
          () -> {
            kernels.add(x, result);
            kernels.add(result, result);
            kernels.swiGlu(x, x, x);
          });
      expected = 2 * (expected + round);
      Counts after = backend.counts();
      assertThat(after.launches() - before.launches()).isEqualTo(3);
      // A graph from the second time on; CUDA's driver takes all at once.
      boolean byDriver =
          backend.properties().getOrDefault("launches", "").matches("graphs|launches");
      assertThat(after.executions() - before.executions())
          .isEqualTo(round == 0 && !byDriver ? 3 : 1);
      if (round == 3) {
        assertThat(y.get(0)).isEqualTo(expected);
      }
    }
    assertThat(y.toArray()).containsOnly(expected);
  }

  @Test
  void readingInACaptureSeesWhatCameBefore() {
    Tensor x = of(1, 2);
    Tensor y = of(1, 1);
    for (int round = 0; round < 3; round++) {
      y.fill(1);
      backend.capture(
          "read",
          () -> {
            kernels.add(x, y);
            assertThat(y.toArray()).containsExactly(2, 3);
            y.set(0, 0);
            kernels.add(x, y);
          });
      assertThat(y.toArray()).containsExactly(1, 5);
    }
  }

  /// Greedy decoding: an index comes to the host, the row stays.
  @Test
  void theLargestElementComesWithoutItsRow() {
    Tensor x = of(1, 5, 3);
    Tensor y = of(1, 1, 4);
    kernels.add(x, y);
    long before = backend.counts().launches();
    assertThat(kernels.argMax(y)).containsExactly(2);
    assertThat(backend.counts().launches() - before).isEqualTo(1);
    kernels.add(x, y);
    assertThat(kernels.argMax(y)).containsExactly(1);
  }

  @Test
  void synchronizeExecutesWhatIsHeldBack() {
    Tensor x = of(1, 2);
    Tensor y = of(1, 1);
    kernels.add(x, y);
    backend.capture(
        "synchronize",
        () -> {
          long before = backend.counts().launches();
          kernels.add(x, y);
          assertThat(backend.counts().launches()).isEqualTo(before);
          backend.synchronize();
          assertThat(backend.counts().launches()).isEqualTo(before + 1);
        });
    backend.synchronize();
    assertThat(y.toArray()).containsExactly(3, 5);
  }

  @Test
  void aTensorWhoseMemoryIsClosedGivesItsPlaceBack() {
    long before = backend.freeFloats();
    try (Arena own = Arena.ofShared()) {
      Tensor large = Tensor.allocate(own, 1 << 20);
      kernels.add(large.first(1), large.first(1));
      assertThat(backend.freeFloats()).isEqualTo(before - (1 << 20));
    }
    assertThat(backend.freeFloats()).isEqualTo(before);
  }

  @Test
  @SuppressWarnings("restricted") // the segment is measured and never touched
  void whatDoesNotFitIsOneSentence() {
    long floats = backend.freeFloats() + 1_000_000;
    Tensor huge =
        Tensor.wrap(DType.F32, Shape.of(floats), MemorySegment.NULL.reinterpret(4 * floats));
    assertThat(catchThrowable(() -> kernels.sumOfSquares(huge)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("are needed in one piece")
        .hasMessageContaining("BF16");
  }

  /// Two backends may compute with the same weights, as `bench` lets them.
  @Test
  void whatAnotherBackendReadsIsNotSentAgain() {
    Tensor x = Tensor.allocate(arena, 1, 64).fill(1);
    Tensor weight = Tensor.allocate(arena, 32, 64).fill(2);
    Tensor y = Tensor.allocate(arena, 1, 32);
    kernels.matmul(x, false, weight, true, 1, 0, y);
    long sent = backend.counts().sent();
    try (Backend cpu = Backends.create("cpu", BackendOptions.threads(1))) {
      Tensor own = Tensor.allocate(arena, 1, 32);
      cpu.kernels().matmul(x, false, weight, true, 1, 0, own);
      assertThat(own.toArray()).containsOnly(128);
    }
    kernels.matmul(x, false, weight, true, 1, 0, y);
    assertThat(y.toArray()).containsOnly(128);
    assertThat(backend.counts().sent()).isEqualTo(sent);
  }
}
