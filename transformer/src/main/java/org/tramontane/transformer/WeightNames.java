package org.tramontane.transformer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;
import org.tramontane.transformer.MistralWeights.LayerWeights;

/// Hugging Face's names and shapes of a Mistral checkpoint's tensors.
final class WeightNames {
  static final String EMBED_TOKENS = "model.embed_tokens.weight";
  static final String NORM = "model.norm.weight";
  static final String LM_HEAD = "lm_head.weight";

  private WeightNames() {}

  /// Every tensor that a model of `config` has, in the order of the forward pass.
  static SequencedMap<String, Shape> shapes(MistralConfig config) {
    long c = config.hiddenSize();
    long f = config.intermediateSize();
    long q = config.queryWidth();
    long kv = config.keyValueWidth();
    SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(EMBED_TOKENS, Shape.of(config.vocabSize(), c));
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      shapes.put(name(i, "input_layernorm"), Shape.of(c));
      shapes.put(name(i, "self_attn.q_proj"), Shape.of(q, c));
      shapes.put(name(i, "self_attn.k_proj"), Shape.of(kv, c));
      shapes.put(name(i, "self_attn.v_proj"), Shape.of(kv, c));
      shapes.put(name(i, "self_attn.o_proj"), Shape.of(c, q));
      shapes.put(name(i, "post_attention_layernorm"), Shape.of(c));
      shapes.put(name(i, "mlp.gate_proj"), Shape.of(f, c));
      shapes.put(name(i, "mlp.up_proj"), Shape.of(f, c));
      shapes.put(name(i, "mlp.down_proj"), Shape.of(c, f));
    }
    shapes.put(NORM, Shape.of(c));
    if (!config.tieWordEmbeddings()) {
      shapes.put(LM_HEAD, Shape.of(config.vocabSize(), c));
    }
    return shapes;
  }

  static LayerWeights layer(Map<String, Tensor> tensors, int i) {
    return new LayerWeights(
        get(tensors, name(i, "input_layernorm")),
        get(tensors, name(i, "self_attn.q_proj")),
        get(tensors, name(i, "self_attn.k_proj")),
        get(tensors, name(i, "self_attn.v_proj")),
        get(tensors, name(i, "self_attn.o_proj")),
        get(tensors, name(i, "post_attention_layernorm")),
        get(tensors, name(i, "mlp.gate_proj")),
        get(tensors, name(i, "mlp.up_proj")),
        get(tensors, name(i, "mlp.down_proj")));
  }

  static Tensor get(Map<String, Tensor> tensors, String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor is called " + name);
    }
    return tensor;
  }

  private static String name(int layer, String module) {
    return "model.layers." + layer + "." + module + ".weight";
  }
}
