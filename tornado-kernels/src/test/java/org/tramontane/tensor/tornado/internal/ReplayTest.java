package org.tramontane.tensor.tornado.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.UserError;

class ReplayTest {
  private static final String OPTION = "tramontane.tornado.replay";

  @AfterEach
  void clear() {
    System.clearProperty(OPTION);
  }

  @Test
  void theDriverLaunchesOnCudaAndTornadoElsewhere() {
    assertThat(Replay.chosen(true)).isEqualTo(Replay.GRAPHS);
    assertThat(Replay.chosen(false)).isEqualTo(Replay.TORNADO);
  }

  @Test
  void everyChoiceHasAName() {
    for (Replay replay : Replay.values()) {
      System.setProperty(OPTION, replay.option());
      assertThat(Replay.chosen(true)).isEqualTo(replay);
    }
    assertThat(Replay.TORNADO_GRAPHS.option()).isEqualTo("tornado-graphs");
  }

  @Test
  void whatIsNotThereIsRefused() {
    System.setProperty(OPTION, "true");
    assertThatThrownBy(() -> Replay.chosen(true))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "-Dtramontane.tornado.replay=true; allowed: graphs, launches, tornado-graphs, tornado");
    System.setProperty(OPTION, "graphs");
    assertThatThrownBy(() -> Replay.chosen(false))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("CUDA backend");
  }
}
