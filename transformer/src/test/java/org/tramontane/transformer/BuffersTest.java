package org.tramontane.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;

class BuffersTest {
  private final AtomicInteger allocations = new AtomicInteger();

  private Buffers<Tensor> buffers() {
    return new Buffers<>(
        (arena, tokens, rows) -> {
          allocations.incrementAndGet();
          return Tensor.allocate(arena, tokens, rows);
        },
        (tensor, tokens, rows) -> Buffers.first(tensor, tokens));
  }

  @Test
  void growsAndIsUsedAgain() {
    try (Buffers<Tensor> buffers = buffers()) {
      Tensor first = buffers.get(4, 3);
      assertThat(first.shape()).isEqualTo(Shape.of(4, 3));
      assertThat(buffers.get(4, 3)).isSameAs(first);
      assertThat(buffers.get(2, 1).data().address()).isEqualTo(first.data().address());
      assertThat(allocations).hasValue(1);
      buffers.get(2, 9);
      // It never shrinks in either extent.
      assertThat(buffers.get(4, 9).shape()).isEqualTo(Shape.of(4, 9));
      assertThat(allocations).hasValue(2);
      assertThat(first.data().scope().isAlive()).isFalse();
    }
  }

  @Test
  void closedIsClosed() {
    Buffers<Tensor> buffers = buffers();
    Tensor tensor = buffers.get(1, 1);
    buffers.close();
    assertThat(tensor.data().scope().isAlive()).isFalse();
    assertThatThrownBy(() -> buffers.get(1, 1)).isInstanceOf(IllegalStateException.class);
  }
}
