package org.tramontane.tensor.tornado.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.tornado.internal.Launch.Grid;

/// Which launches may run side by side, by their numbers alone; needs no device.
class FootprintTest {
  private static Launch launch(Kernel kernel, int... ints) {
    return new Launch(
        kernel, ints, new float[] {1, 0}, List.of(), new Grid(64, 1), new Grid(64, 1));
  }

  /// c at `c` (n columns) from a at `a` (k columns).
  private static Launch product(Kernel kernel, int a, int k, int c, int n) {
    return launch(kernel, 1, n, k, a, k, 1, 5000, 1, k, c, 0);
  }

  /// Rows of 2 * `pairs` floats at `x`, tables at 3000 and 4000.
  private static Launch rope(int x, int pairs, int... positions) {
    int[] ints = new int[Rope.LIST + positions.length];
    int[] numbers = {pairs, 4, 1, x, 3000, 4000, positions.length};
    System.arraycopy(numbers, 0, ints, 0, numbers.length);
    System.arraycopy(positions, 0, ints, Rope.LIST, positions.length);
    return launch(Kernel.ROPE, ints);
  }

  /// A row of 8 floats at `from` to row `place` of what is at `to`.
  private static Launch scatter(int from, int to, int place) {
    return launch(Kernel.SCATTER, 1, 8, from, to, 0, place);
  }

  @Test
  void aLayersBeginning() {
    List<Launch> layer =
        List.of(
            product(Kernel.MATVEC_BF16, 0, 16, 100, 16), // q
            product(Kernel.MATVEC_BF16, 0, 16, 116, 8), // k
            product(Kernel.MATVEC_BF16, 0, 16, 124, 8), // v
            rope(100, 8, 5),
            rope(116, 4, 5),
            scatter(116, 1000, 5),
            scatter(124, 2000, 5),
            launch(Kernel.DECODE_ATTENTION, 1),
            product(Kernel.MATVEC_BF16, 200, 16, 300, 16));
    assertThat(Footprint.stages(layer)).containsExactly(0, 0, 0, 1, 1, 2, 2, 3, 4);
  }

  @Test
  void whatIsReadBehindAWriteWaits() {
    assertThat(
            Footprint.stages(
                List.of(
                    product(Kernel.MATVEC_BF16, 0, 16, 100, 16),
                    product(Kernel.MATVEC_BF16, 115, 16, 200, 16))))
        .containsExactly(0, 1);
  }

  @Test
  void whatIsWrittenBehindAReadWaits() {
    assertThat(
            Footprint.stages(
                List.of(
                    product(Kernel.MATVEC_BF16, 0, 16, 100, 16),
                    product(Kernel.MATVEC_BF16, 200, 16, 15, 16))))
        .containsExactly(0, 1);
  }

  @Test
  void theSamePlaceTwiceIsInOrder() {
    assertThat(Footprint.stages(List.of(scatter(0, 1000, 3), scatter(8, 1000, 3))))
        .containsExactly(0, 1);
    assertThat(Footprint.stages(List.of(scatter(0, 1000, 3), scatter(8, 1000, 4))))
        .containsExactly(0, 0);
  }

  @Test
  void aTableThatIsWrittenIsWaitedFor() {
    assertThat(
            Footprint.stages(List.of(product(Kernel.MATVEC_BF16, 0, 16, 3020, 4), rope(100, 8, 5))))
        .containsExactly(0, 1);
    assertThat(
            Footprint.stages(List.of(product(Kernel.MATVEC_BF16, 0, 16, 3024, 4), rope(100, 8, 5))))
        .containsExactly(0, 0);
  }

  @Test
  void aWeightInFloatsIsReadToo() {
    assertThat(
            Footprint.stages(
                List.of(
                    product(Kernel.MATVEC, 0, 16, 5010, 4), product(Kernel.MATVEC, 0, 16, 100, 4))))
        .containsExactly(0, 1);
  }

  @Test
  void whatNobodyHasWrittenDownIsAlone() {
    assertThat(
            Footprint.stages(
                List.of(
                    launch(Kernel.ADD, 4, 0, 8),
                    launch(Kernel.ADD, 4, 16, 24),
                    scatter(0, 1000, 0))))
        .containsExactly(0, 1, 2);
  }
}
