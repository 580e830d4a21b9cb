package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.GenerationOptions;
import org.tramontane.transformer.Generator;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Sampler;
import org.tramontane.transformer.TokenBatch;

/// Generation of many sequences at once, of prompts shorter and longer than the window.
class GeneratorTest extends ModelTest {
  private static final GenerationOptions TWENTY = new GenerationOptions(20, Set.of(), true);

  private final MistralConfig config = TinyModels.config().build();
  private final List<int[]> prompts = TinyModels.sequences(config, 11, 1, 4, 17, 6, 9, 30, 5);
  private MistralModel model;

  @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
  GeneratorTest() {}

  @BeforeEach
  void makeModel() {
    model = new MistralModel(TinyModels.weights(config, 2, arena), backend);
  }

  @Test
  void togetherAsAlone() {
    List<int[]> alone = new ArrayList<>();
    for (int[] prompt : prompts) {
      alone.addAll(new Generator(model).generate(List.of(prompt), TWENTY, Sampler.greedy()));
    }
    for (int sequences : new int[] {1, 3, 16}) {
      assertThat(new Generator(model, sequences).generate(prompts, TWENTY, Sampler.greedy()))
          .as("%d at once", sequences)
          .containsExactlyElementsOf(alone);
    }
  }

  @Test
  void theCacheGivesTheTokensOfAFullForwardPass() {
    List<int[]> generated = new Generator(model).generate(prompts, TWENTY, Sampler.greedy());
    int v = config.vocabSize();
    for (int i = 0; i < prompts.size(); i++) {
      int[] prompt = prompts.get(i);
      int[] whole = Arrays.copyOf(prompt, prompt.length + 20);
      System.arraycopy(generated.get(i), 0, whole, prompt.length, 20);
      float[] logits = model.logits(TokenBatch.of(whole));
      for (int p = prompt.length; p < whole.length; p++) {
        float chosen = logits[(p - 1) * v + whole[p]];
        for (int id = 0; id < v; id++) {
          // Where two tokens are as good as equal, rounding may choose either.
          assertThat(logits[(p - 1) * v + id])
              .as("prompt %d, position %d, token %d", i, p, id)
              .isLessThanOrEqualTo(chosen + 1e-5f);
        }
      }
    }
  }

  @Test
  void drawsDoNotDependOnTheCompany() {
    Sampler sampler = new Sampler.Sampling(1.5, 20, 0.95, 0.01, 77);
    List<int[]> together = new Generator(model, 4).generate(prompts, TWENTY, sampler);
    assertThat(new Generator(model, 1).generate(prompts, TWENTY, sampler))
        .containsExactlyElementsOf(together);
    assertThat(new Generator(model, 4).generate(prompts.subList(0, 2), TWENTY, sampler))
        .containsExactlyElementsOf(together.subList(0, 2));
    Sampler other = new Sampler.Sampling(1.5, 20, 0.95, 0.01, 78);
    assertThat(new Generator(model, 4).generate(prompts, TWENTY, other).get(0))
        .isNotEqualTo(together.get(0));
  }

  @Test
  void stopsAtEosAndTellsOfEachToken() {
    int[] free = new Generator(model).generate(prompts, TWENTY, Sampler.greedy()).get(2);
    int eos = free[3];
    List<Integer> heard = new ArrayList<>();
    int[] stopped =
        new Generator(model)
            .generate(
                prompts,
                new GenerationOptions(20, Set.of(eos), false),
                Sampler.greedy(),
                (sequence, id) -> {
                  if (sequence == 2) {
                    heard.add(id);
                  }
                })
            .get(2);
    assertThat(stopped).endsWith(eos).hasSizeLessThanOrEqualTo(4);
    assertThat(free).startsWith(stopped);
    assertThat(heard).containsExactlyElementsOf(Arrays.stream(stopped).boxed().toList());
  }

  @Test
  void stopsAtTheLastPosition() {
    int[] prompt = TinyModels.sequences(config, 1, 60).getFirst();
    assertThat(new Generator(model).generate(List.of(prompt), TWENTY, Sampler.greedy()).getFirst())
        .hasSize(4);
  }

  @Test
  void refusesWhatTheModelCannotRead() {
    Generator generator = new Generator(model);
    assertThatThrownBy(() -> generator.generate(List.of(new int[64]), TWENTY, Sampler.greedy()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("64 tokens")
        .hasMessageContaining("max_position_embeddings = 64");
    assertThatThrownBy(() -> generator.generate(List.of(new int[0]), TWENTY, Sampler.greedy()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("prompt 0 is empty");
    assertThatThrownBy(
            () -> generator.generate(List.of(new int[] {1, 37}), TWENTY, Sampler.greedy()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("37")
        .hasMessageContaining("the tokenizer does not fit the model");
  }
}
