package org.tramontane.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.DeviceMemory;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.MeasuringArena;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;

/// What is refused before a device is asked for anything: Mistral-7B's shape, on devices that are nothing but their size.
class DeviceRoomTest {
  private static final long GIB = 1L << 30;
  private static final DeviceMemory CARD = new DeviceMemory(8 * GIB, 64 * GIB, 4 * GIB, "");

  private static final MistralConfig SEVEN_B =
      MistralConfig.builder()
          .vocabSize(32000)
          .hiddenSize(4096)
          .intermediateSize(14336)
          .layers(32)
          .heads(32, 8)
          .headDim(128)
          .slidingWindow(4096)
          .maxPositions(32768)
          .build();

  /// A backend of which only the size is known: a kernel that is called fails the test.
  private record Sized(DeviceMemory size) implements Backend {
    @Override
    public String name() {
      return "sized";
    }

    @Override
    public String description() {
      return "memory alone";
    }

    @Override
    public Optional<DeviceMemory> memory() {
      return Optional.of(size);
    }

    @Override
    public Kernels kernels() {
      return (Kernels)
          Proxy.newProxyInstance(
              Kernels.class.getClassLoader(),
              new Class<?>[] {Kernels.class},
              (proxy, method, arguments) -> {
                throw new AssertionError(method.getName() + " was called");
              });
    }

    @Override
    public void capture(Object key, Runnable body) {
      body.run();
    }

    @Override
    public void close() {}
  }

  /// A model whose weights have sizes and no content.
  private static MistralModel model(DType dtype, DeviceMemory size) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    try (MeasuringArena arena = new MeasuringArena()) {
      WeightNames.shapes(SEVEN_B)
          .forEach(
              (name, shape) ->
                  tensors.put(
                      name, Tensor.allocate(arena, shape.rank() == 1 ? DType.F32 : dtype, shape)));
    }
    return new MistralModel(new MistralWeights(SEVEN_B, tensors), new Sized(size));
  }

  private static String refusal(MistralModel model, int sequences, int longest) {
    return String.valueOf(
        catchThrowableOfType(
                UserError.class, () -> DeviceRoom.requireGeneration(model, sequences, 64, longest))
            .getMessage());
  }

  /// The number in front of `words`.
  private static int number(String text, String words) {
    Matcher matcher = Pattern.compile("(\\d+) " + Pattern.quote(words)).matcher(text);
    assertThat(matcher.find()).as("'%s' in: %s", words, text).isTrue();
    return Integer.parseInt(matcher.group(1));
  }

  @Test
  void weightsThatAreTooLargeInF32AreOfferedInFewerBits() {
    String refusal = refusal(model(DType.F32, CARD), 1, 256);
    assertThat(refusal)
        .startsWith("backend sized: the model needs more than the device has: 27.")
        .contains("in F32, and it has 8.0 GiB for that (weights 27.0 GiB, KV cache 64.0 MiB,")
        .endsWith("What would fit: weights in BF16; or weights in Q8_0");
    assertThatCode(() -> DeviceRoom.requireGeneration(model(DType.BF16, CARD), 1, 64, 256))
        .doesNotThrowAnyException();
    assertThatCode(() -> DeviceRoom.requireGeneration(model(DType.Q8_0, CARD), 1, 64, 256))
        .doesNotThrowAnyException();
  }

  /// 1 GiB of cache for each sequence of 4,096 tokens.
  @Test
  void aCacheThatIsTooLargeIsOfferedWithTheMostThatFits() {
    MistralModel model = model(DType.BF16, CARD);
    String refusal = refusal(model, 16, 8192);
    assertThat(refusal).contains("KV cache 16.0 GiB").doesNotContain("weights in");
    int sequences = number(refusal, "sequences at a time instead of 16");
    int context = number(refusal, "tokens instead of 8192");
    assertThat(sequences).isEqualTo(7);
    DeviceRoom.requireGeneration(model, sequences, 64, 8192);
    assertThat(refusal(model, sequences + 1, 8192)).contains("GiB");
    DeviceRoom.requireGeneration(model, 16, 64, context);
    assertThat(refusal(model, 16, context + 1)).contains("GiB");
  }

  @Test
  void whereNoSingleChangeDoesAllAreOfferedTogether() {
    String refusal = refusal(model(DType.F32, CARD), 16, 8192);
    assertThat(refusal).endsWith("What would fit: weights in Q8_0, 7 sequences at a time");
    DeviceRoom.requireGeneration(model(DType.Q8_0, CARD), 7, 64, 8192);
    DeviceMemory small = new DeviceMemory(GIB / 2, 8 * GIB, 4 * GIB, "");
    String shorter = refusal(model(DType.BF16, small), 2, 8192);
    int context = number(shorter, "tokens instead of 8192");
    assertThat(shorter).contains("weights in Q8_0, 1 sequence at a time, sequences of up to");
    DeviceRoom.requireGeneration(model(DType.Q8_0, small), 1, 64, context);
    assertThat(refusal(model(DType.Q8_0, small), 1, context + 1)).contains("GiB");
  }

  @Test
  void whereNothingDoesItSaysSo() {
    DeviceMemory tiny = new DeviceMemory(GIB, GIB, GIB, "buy a larger one");
    assertThat(refusal(model(DType.BF16, tiny), 1, 256))
        .contains("13.5 GiB in 16 and 8 bits, and it has 1.0 GiB for that")
        .contains("Nothing here would fit: even weights in Q8_0, one sequence of one token, would")
        .endsWith("; or buy a larger one");
  }

  @Test
  void oneWeightCanBeTooLargeByItself() {
    DeviceMemory narrow = new DeviceMemory(8 * GIB, 64 * GIB, 200L << 20, "");
    assertThat(refusal(model(DType.BF16, narrow), 1, 256))
        .contains("250.0 MiB for one weight, and it gives 200.0 MiB at a time")
        .endsWith("What would fit: weights in Q8_0");
  }

  @Test
  void scoringIsOfferedSmallerBatches() {
    MistralModel model = model(DType.BF16, new DeviceMemory(GIB, 64 * GIB, 4 * GIB, ""));
    String refusal =
        String.valueOf(
            catchThrowableOfType(
                    UserError.class, () -> DeviceRoom.requireScoring(model, 65536, 65536, 512, 0))
                .getMessage());
    int tokens = number(refusal, "tokens at a time instead of 65536");
    assertThat(refusal).doesNotContain("sequences of up to");
    DeviceRoom.requireScoring(model, tokens, tokens, 512, 0);
    assertThatThrownBy(() -> DeviceRoom.requireScoring(model, tokens + 1, tokens + 1, 512, 0))
        .isInstanceOf(UserError.class);
    // A tree's copies of queries, keys and values come on top.
    assertThatThrownBy(() -> DeviceRoom.requireScoring(model, tokens, tokens, 512, 2 * tokens))
        .isInstanceOf(UserError.class);
  }

  @Test
  void whoeverGeneratesOrScoresAsksFirst() {
    MistralModel model = model(DType.F32, CARD);
    GenerationOptions options = new GenerationOptions(8, Set.of(), true);
    assertThatThrownBy(
            () ->
                new Generator(model).generate(List.of(new int[] {1, 2}), options, Sampler.greedy()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("weights in BF16");
    Completion completion = new Completion(new int[] {1, 2}, new int[] {3});
    try (Scorer scorer = new Scorer(model);
        PrefixScorer sharing = new PrefixScorer(model)) {
      assertThatThrownBy(() -> scorer.logProbs(List.of(completion)))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("weights in BF16");
      assertThatThrownBy(() -> sharing.tokenLogProbs(List.of(completion)))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("weights in BF16");
    }
  }
}
