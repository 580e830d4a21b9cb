package org.tramontane.tensor.tornado.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FailureTest {
  @Test
  void aMessageEndsBeforeItsStackTrace() {
    String frames = Arrays.toString(new Throwable().getStackTrace());
    assertThat(
            Failure.line(
                new IllegalStateException(
                    "Unable to compile g1.t0 - add\nThe internal error is: clBuildProgram -> -11\n\nStacktrace: "
                        + frames)))
        .isEqualTo("Unable to compile g1.t0 - add The internal error is: clBuildProgram -> -11");
    assertThat(
            Failure.line(
                new IllegalStateException(
                    "\u001B[31m[Internal Error] Unable to compile\u001B[0m g1.t0\n" + frames)))
        .isEqualTo("[Internal Error] Unable to compile g1.t0");
  }

  @Test
  void whoSaysNothingIsNamedAndWhoSaysTooMuchIsCut() {
    assertThat(Failure.line(new IllegalStateException())).isEqualTo("IllegalStateException");
    assertThat(Failure.line(new IllegalStateException("x".repeat(10_000)))).hasSizeLessThan(600);
  }
}
