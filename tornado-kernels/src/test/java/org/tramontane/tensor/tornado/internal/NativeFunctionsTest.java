package org.tramontane.tensor.tornado.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;

/// With the C library, which every Linux has.
class NativeFunctionsTest {
  @Test
  void aFunctionIsCalled() throws Throwable {
    MethodHandle abs = NativeFunctions.open("libc.so.6").function("abs", ValueLayout.JAVA_INT);
    assertThat((int) abs.invokeExact(-7)).isEqualTo(7);
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatThrownBy(() -> NativeFunctions.open("libnonesuch.so.9"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> NativeFunctions.open("libc.so.6").function("cublasCreate_v2"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the library has no cublasCreate_v2");
  }
}
