package org.tramontane.spac.eval.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What CPython 3.11.7 answered.
class PythonTextTest {
  @Test
  void lengthCountsCodePoints() {
    assertThat(PythonText.length("a\uD83D\uDE00b")).isEqualTo(3);
  }

  @Test
  void whiteSpace() {
    assertThat(
            IntStream.range(0, Character.MIN_SUPPLEMENTARY_CODE_POINT)
                .filter(c -> PythonText.isSpace((char) c)))
        .containsExactly(
            0x9, 0xa, 0xb, 0xc, 0xd, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0, 0x1680, 0x2000,
            0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028,
            0x2029, 0x202f, 0x205f, 0x3000);
    assertThat(PythonText.strip("\u00a0 a b\n\u0085")).isEqualTo("a b");
    assertThat(PythonText.rstrip(" a\t\n")).isEqualTo(" a");
    assertThat(PythonText.strip(" \n")).isEmpty();
  }

  @Test
  void capitalizeLowersTheRest() {
    assertThat(PythonText.capitalize("he Rides a BMX")).isEqualTo("He rides a bmx");
    assertThat(PythonText.capitalize("")).isEmpty();
    assertThat(PythonText.capitalize("\u01c6a")).isEqualTo("\u01c5a");
    assertThat(PythonText.capitalize("\u00dfX")).isEqualTo("Ssx");
    assertThat(PythonText.capitalize("\ufb01RE")).isEqualTo("Fire");
    assertThat(PythonText.capitalize("\u0130I \u0391\u03a3")).isEqualTo("\u0130i \u03b1\u03c2");
  }
}
