package org.tramontane.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Every way to a tensor's elements asks the copy on a device first, whichever view is used.
class StorageTest {
  private final Arena arena = Arena.ofShared();
  private final Tensor tensor = Tensor.of(arena, Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
  private final List<String> asked = new ArrayList<>();
  private boolean fillsOnDevice;

  StorageTest() {
    tensor
        .storage()
        .attach(
            new DeviceCopy() {
              @Override
              public void beforeHostReads() {
                asked.add("reads");
              }

              @Override
              public void beforeHostWrites() {
                asked.add("writes");
              }

              @Override
              public void beforeHostOverwrites() {
                asked.add("overwrites");
              }

              @Override
              public boolean fill(long offset, long bytes, float value) {
                asked.add("fill " + offset + " " + bytes);
                return fillsOnDevice;
              }
            });
  }

  @AfterEach
  void close() {
    arena.close();
  }

  private void assertAsked(String... expected) {
    assertThat(asked).containsExactly(expected);
    asked.clear();
  }

  @Test
  void reading() {
    assertThat(tensor.get(4)).isEqualTo(5);
    assertAsked("reads");
    assertThat(tensor.rows(1, 2).toArray()).containsExactly(4, 5, 6);
    assertAsked("reads");
    assertThat(tensor.first(2).readOnlyData().isReadOnly()).isTrue();
    assertAsked("reads");
    Tensor.allocate(arena, 3, 2).copyFrom(tensor.reshape(3, 2));
    assertAsked("reads");
  }

  @Test
  void writing() {
    tensor.set(0, 9);
    assertAsked("writes");
    tensor.copyFrom(1, 2, 3, 4, 5, 6);
    assertAsked("overwrites");
    tensor.rows(0, 1).copyFrom(7, 8, 9);
    assertAsked("writes");
    assertThat(tensor.data().get(Tensor.FLOAT, 0)).isEqualTo(7);
    assertAsked("writes");
    tensor.copyFrom(Tensor.allocate(arena, 2, 3));
    assertAsked("overwrites");
  }

  @Test
  void filling() {
    fillsOnDevice = true;
    tensor.rows(1, 2).fill(8);
    assertAsked("fill 12 12");
    assertThat(tensor.storage().host().get(Tensor.FLOAT, 12)).isEqualTo(4);
    fillsOnDevice = false;
    tensor.fill(8);
    assertAsked("fill 0 24", "overwrites");
    assertThat(tensor.storage().host().get(Tensor.FLOAT, 12)).isEqualTo(8);
  }

  @Test
  void sizesAndViewsAskNobody() {
    assertThat(tensor.byteSize()).isEqualTo(24);
    assertThat(tensor.rows(1, 2).offset()).isEqualTo(12);
    assertThat(tensor.rows(1, 2).first(2).storage()).isSameAs(tensor.storage());
    assertAsked();
  }

  @Test
  void memoryThatNobodyCanWriteToIsOnlyRead() {
    MemorySegment mapped = arena.allocate(8).asReadOnly();
    Tensor weight = Tensor.wrap(DType.F32, Shape.of(2), mapped);
    weight.storage().attach(tensor.storage().copy());
    assertThat(weight.data().byteSize()).isEqualTo(8);
    assertAsked("reads");
  }
}
