package org.tramontane.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;

class MistralWeightsTest {
  private final MistralConfig config = MistralConfig.builder().layers(1).headDim(32).build();

  @Test
  void namesAndShapesAreHuggingFaces() {
    try (Arena arena = Arena.ofConfined()) {
      MistralWeights weights = MistralWeights.zeros(config, arena);
      String layer = "model.layers.0.";
      assertThat(weights.byName().keySet())
          .containsExactly(
              "model.embed_tokens.weight",
              layer + "input_layernorm.weight",
              layer + "self_attn.q_proj.weight",
              layer + "self_attn.k_proj.weight",
              layer + "self_attn.v_proj.weight",
              layer + "self_attn.o_proj.weight",
              layer + "post_attention_layernorm.weight",
              layer + "mlp.gate_proj.weight",
              layer + "mlp.up_proj.weight",
              layer + "mlp.down_proj.weight",
              "model.norm.weight",
              "lm_head.weight");
      assertThat(weights.layer(0).qProj().shape()).isEqualTo(Shape.of(128, 64));
      assertThat(weights.layer(0).vProj().shape()).isEqualTo(Shape.of(64, 64));
      assertThat(weights.layer(0).oProj().shape()).isEqualTo(Shape.of(64, 128));
      assertThat(weights.layer(0).downProj().shape()).isEqualTo(Shape.of(64, 176));
      assertThat(weights.parameters())
          .isEqualTo(2 * 256 * 64 + 3 * 64 + 2 * 128 * 64 + 2 * 64 * 64 + 3 * 176 * 64);
    }
  }

  @Test
  void aTiedHeadIsTheEmbeddingTable() {
    try (Arena arena = Arena.ofConfined()) {
      MistralWeights tied = MistralWeights.zeros(MistralConfig.builder().tied(true).build(), arena);
      assertThat(tied.lmHead()).isSameAs(tied.embedTokens());
      assertThat(tied.byName()).doesNotContainKey("lm_head.weight");
      MistralWeights untied = MistralWeights.zeros(config, arena);
      assertThat(untied.lmHead()).isSameAs(untied.get("lm_head.weight"));
    }
  }

  @Test
  void randomWeightsAreNormalAndDeterministic() {
    try (Arena arena = Arena.ofShared()) {
      MistralWeights weights = MistralWeights.random(config, 7, arena);
      MistralWeights again = MistralWeights.random(config, 7, arena);
      MistralWeights other = MistralWeights.random(config, 8, arena);
      weights
          .byName()
          .forEach(
              (name, tensor) -> {
                assertThat(tensor.data().mismatch(again.get(name).data())).as(name).isEqualTo(-1);
                if (tensor.shape().rank() == 1) {
                  assertThat(tensor.toArray()).containsOnly(1);
                } else {
                  assertThat(tensor.data().mismatch(other.get(name).data()))
                      .as(name)
                      .isNotEqualTo(-1);
                }
              });
      float[] values = weights.embedTokens().toArray();
      double mean = 0;
      double squares = 0;
      int within1 = 0;
      for (float value : values) {
        mean += value / values.length;
        squares += (double) value * value / values.length;
        within1 += Math.abs(value) < 0.02 ? 1 : 0;
      }
      assertThat(mean).isCloseTo(0, within(1e-3));
      assertThat(Math.sqrt(squares)).isCloseTo(0.02, within(5e-4));
      assertThat((double) within1 / values.length).isCloseTo(0.6827, within(0.02));
    }
  }

  @Test
  void copiesAndConverts() {
    try (Arena arena = Arena.ofShared()) {
      MistralWeights source = MistralWeights.random(config, 7, arena);
      MistralWeights halves = new MistralWeights(config, as(DType.BF16, source, arena));
      MistralWeights copy = halves.toF32(arena);
      source
          .byName()
          .forEach(
              (name, tensor) ->
                  assertThat(copy.get(name).get(5))
                      .as(name)
                      .isEqualTo(DType.bf16ToFloat(DType.floatToBf16(tensor.get(5)))));
      copy.clear();
      assertThat(copy.norm().toArray()).containsOnly(0);
      assertThat(halves.norm().toArray()).containsOnly(1);
    }
  }

  @Test
  void refusesMissingUnknownAndMisshapenTensors() {
    try (Arena arena = Arena.ofShared()) {
      SequencedMap<String, Tensor> tensors =
          new LinkedHashMap<>(MistralWeights.zeros(config, arena).byName());
      tensors.put("model.norm.weight", Tensor.allocate(arena, 65));
      assertThatThrownBy(() -> new MistralWeights(config, tensors))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("model.norm.weight has the shape [65]; allowed: [64]");
      tensors.remove("model.norm.weight");
      assertThatThrownBy(() -> new MistralWeights(config, tensors))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("model.norm.weight");
    }
  }

  private static SequencedMap<String, Tensor> as(DType dtype, MistralWeights weights, Arena arena) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    weights
        .byName()
        .forEach(
            (name, tensor) ->
                tensors.put(name, Tensor.allocate(arena, dtype, tensor.shape()).copyFrom(tensor)));
    return tensors;
  }
}
