package org.tramontane.transformer;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.tramontane.tensor.Shape;

/// The linear layers of Mistral, under Hugging Face's names: what a LoRA adapter can sit on.
public enum LinearModule {
  /// Queries, `[H * D, C]`.
  Q_PROJ("self_attn", "q_proj"),
  /// Keys, `[K * D, C]`.
  K_PROJ("self_attn", "k_proj"),
  /// Values, `[K * D, C]`.
  V_PROJ("self_attn", "v_proj"),
  /// Attention's output, `[C, H * D]`.
  O_PROJ("self_attn", "o_proj"),
  /// SwiGLU's gate, `[F, C]`.
  GATE_PROJ("mlp", "gate_proj"),
  /// What SwiGLU gates, `[F, C]`.
  UP_PROJ("mlp", "up_proj"),
  /// SwiGLU's output, `[C, F]`.
  DOWN_PROJ("mlp", "down_proj"),
  /// The head, `[V, C]`; the only one that is no layer's.
  LM_HEAD("", "lm_head");

  private final String block;
  private final String moduleName;

  LinearModule(String block, String moduleName) {
    this.block = block;
    this.moduleName = moduleName;
  }

  /// The name as `target_modules` has it, such as `q_proj`.
  public String moduleName() {
    return moduleName;
  }

  /// The module that is called so.
  public static Optional<LinearModule> named(String moduleName) {
    return Arrays.stream(values()).filter(m -> m.moduleName.equals(moduleName)).findFirst();
  }

  /// The seven that every layer has.
  public static Set<LinearModule> ofLayers() {
    return EnumSet.complementOf(EnumSet.of(LM_HEAD));
  }

  /// The full name, such as `model.layers.3.self_attn.q_proj`.
  ///
  /// @param layer from 0; has no meaning for the head
  public String path(int layer) {
    return this == LM_HEAD ? moduleName : "model.layers." + layer + "." + block + "." + moduleName;
  }

  /// How many there are in a model.
  int count(MistralConfig config) {
    return this == LM_HEAD ? 1 : config.numHiddenLayers();
  }

  /// The shape of the weight, `[out, in]`.
  Shape shape(MistralConfig config) {
    long c = config.hiddenSize();
    long f = config.intermediateSize();
    return switch (this) {
      case Q_PROJ -> Shape.of(config.queryWidth(), c);
      case K_PROJ, V_PROJ -> Shape.of(config.keyValueWidth(), c);
      case O_PROJ -> Shape.of(c, config.queryWidth());
      case GATE_PROJ, UP_PROJ -> Shape.of(f, c);
      case DOWN_PROJ -> Shape.of(c, f);
      case LM_HEAD -> Shape.of(config.vocabSize(), c);
    };
  }
}
