package org.tramontane.spac.eval.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What CPython 3.11.7 printed for the same calls.
class PythonRandomTest {
  private static List<Integer> range(int n) {
    return IntStream.range(0, n).boxed().collect(Collectors.toCollection(ArrayList::new));
  }

  private static String sha256(List<Integer> numbers) throws Exception {
    String text = numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 3626764237, 1654615998",
    "1, 577090037, 2444712010",
    "42, 2746317213, 478163327",
    "-42, 2746317213, 478163327",
    "1234, 4150886329, 3342196574",
    "2147483648, 1455117090, 1620553392",
    "4294967295, 2728839433, 2661025012",
    "4294967296, 485306839, 1508871100",
    "1099511627781, 2166296868, 2220160828",
    "9223372036854775807, 1359979423, 2819855560"
  })
  void seedsOfOneAndTwoWords(long seed, long first, long second) {
    PythonRandom random = new PythonRandom(seed);
    assertThat(random.getrandbits(32)).isEqualTo(first);
    assertThat(random.getrandbits(32)).isEqualTo(second);
  }

  @Test
  void bitsOfAnyWidth() {
    PythonRandom random = new PythonRandom(1234);
    assertThat(IntStream.of(1, 5, 17, 31, 32).mapToObj(random::getrandbits))
        .containsExactly(1L, 24L, 57767L, 250934579L, 32175636L);
    assertThatThrownBy(() -> random.getrandbits(33)).hasMessageContaining("allowed: 1 to 32");
  }

  @Test
  void doubles() {
    PythonRandom random = new PythonRandom(42);
    assertThat(new double[] {random.random(), random.random(), random.random()})
        .containsExactly(0.6394267984578837, 0.025010755222666936, 0.27502931836911926);
  }

  @Test
  void numbersBelowABound() {
    PythonRandom random = new PythonRandom(0);
    assertThat(
            IntStream.of(1, 2, 3, 10, 1000, 1172, 7473, 40398, Integer.MAX_VALUE)
                .map(random::randbelow))
        .containsExactly(0, 1, 0, 4, 988, 1047, 3980, 26537, 1971893209);
  }

  @Test
  void shuffles() {
    PythonRandom random = new PythonRandom(42);
    List<Integer> ten = range(10);
    random.shuffle(ten);
    assertThat(ten).containsExactly(7, 3, 2, 8, 5, 6, 9, 4, 0, 1);
    List<Integer> twenty = range(20);
    random.shuffle(twenty);
    assertThat(twenty)
        .containsExactly(7, 5, 10, 15, 4, 11, 17, 6, 19, 12, 16, 9, 8, 14, 3, 2, 0, 1, 13, 18);
  }

  @Test
  void samplesOfBothKinds() {
    PythonRandom random = new PythonRandom(1234);
    assertThat(random.sample(range(1119), 25))
        .containsExactly(
            902, 239, 15, 185, 71, 171, 201, 726, 484, 35, 63, 32, 708, 991, 949, 304, 186, 374,
            234, 29, 1030, 996, 511, 132, 1108);
    assertThat(random.sample(range(7473), 5)).containsExactly(3816, 561, 4927, 5530, 728);
    assertThat(random.sample(range(5), 5)).containsExactly(4, 0, 1, 3, 2);
    assertThat(random.sample(range(100), 25))
        .containsExactly(
            61, 45, 34, 31, 83, 25, 58, 67, 85, 2, 65, 9, 0, 42, 18, 60, 48, 21, 6, 88, 75, 63, 20,
            80, 71);
    // On both sides of the size from which Python remembers who is gone instead of who is left.
    assertThat(random.sample(range(21), 5)).containsExactly(6, 4, 0, 11, 3);
    assertThat(random.sample(range(22), 5)).containsExactly(16, 4, 21, 9, 14);
    assertThat(random.sample(range(85), 10)).containsExactly(5, 53, 35, 84, 22, 34, 19, 38, 78, 59);
    assertThat(random.sample(range(86), 10)).containsExactly(5, 72, 49, 44, 63, 43, 74, 59, 60, 76);
    assertThat(random.sample(range(277), 25))
        .containsExactly(
            87, 225, 265, 224, 151, 140, 63, 95, 213, 223, 61, 52, 248, 192, 130, 98, 176, 55, 80,
            137, 79, 165, 203, 201, 114);
    assertThat(random.sample(range(278), 25))
        .containsExactly(
            36, 40, 202, 109, 24, 146, 19, 112, 259, 44, 162, 156, 235, 33, 131, 37, 218, 103, 51,
            203, 99, 256, 120, 184, 105);
    assertThat(random.sample(range(3), 0)).isEmpty();
    assertThat(random.getrandbits(32)).isEqualTo(2212054940L);
    assertThatThrownBy(() -> random.sample(range(3), 4))
        .hasMessageContaining("allowed: 0 to the population's 3");
  }

  /// As long as a whole evaluation of ARC-Challenge draws, and further.
  @Test
  void aLongRun() throws Exception {
    PythonRandom random = new PythonRandom(42);
    List<Integer> documents = range(1172);
    random.shuffle(documents);
    assertThat(documents.subList(0, 8)).containsExactly(595, 716, 511, 906, 148, 368, 930, 121);
    assertThat(sha256(documents))
        .isEqualTo("2aa94b53dfb51942be25afd5c96d01fd380fb9d906af00018824b12154550d6f");
    List<Integer> drawn = new ArrayList<>();
    List<Integer> pool = range(1119);
    for (int i = 0; i < 2000; i++) {
      drawn.addAll(random.sample(pool, 25));
    }
    assertThat(sha256(drawn))
        .isEqualTo("1dad6cff3d810d803eb74d718f5bd547579102765a1d44d56b1b403bfa53d774");
    assertThat(random.getrandbits(32)).isEqualTo(1913507499L);
  }
}
