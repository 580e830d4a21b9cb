package org.tramontane.transformer;

import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.RopeTable;
import org.tramontane.tensor.Sequences;
import org.tramontane.tensor.Tensor;
import org.tramontane.transformer.MistralWeights.LayerWeights;

/// The embedding and all layers one after the other: from token ids to the residual stream before the final norm.
final class MistralStack implements AutoCloseable {
  /// What [Backend#capture] knows a layer by: all layers call the same kernels in the same order.
  private enum Piece {
    FORWARD,
    BACKWARD
  }

  private final Backend backend;
  private final MistralWeights weights;
  private final Kernels kernels;
  private final Linears linears;
  private final MistralLayer layer;
  private final int layers;
  private final float eps;

  MistralStack(MistralModel model) {
    this.backend = model.backend();
    this.weights = model.weights();
    this.kernels = model.backend().kernels();
    this.linears = new Linears(model);
    this.layer = new MistralLayer(kernels, model.config(), linears);
    this.layers = model.config().numHiddenLayers();
    this.eps = (float) model.config().rmsNormEps();
  }

  /// Begins a pass.
  ///
  /// @param dropoutSeed of the adapters' dropout, or null for none
  void begin(@Nullable Long dropoutSeed) {
    linears.begin(dropoutSeed);
  }

  /// Attention within a packed batch.
  MistralLayer.Attention packed(Sequences sequences) {
    return layer.packed(sequences);
  }

  /// The stream after the last layer.
  ///
  /// @param ids T tokens
  /// @param positions of each in its sequence
  /// @param activations of each layer; may be the same for all if no derivative follows
  /// @param stream `=` `[T, C]`; holds each layer's branch on the way
  /// @param observer is shown the stream into each layer
  void forward(
      int[] ids,
      int[] positions,
      RopeTable rope,
      IntFunction<LayerActivations> activations,
      MistralLayer.Attention attention,
      Tensor stream,
      Consumer<Tensor> observer) {
    LayerActivations a = activations.apply(0);
    kernels.embedding(ids, weights.embedTokens(), a.input()); // [T, C]
    kernels.rmsNorm(a.input(), weights.layer(0).inputLayernorm(), eps, a.norm(), a.inverseRms());
    for (int i = 0; i < layers; i++) {
      observer.accept(a.input());
      int number = i;
      LayerActivations own = a;
      LayerActivations next = i + 1 < layers ? activations.apply(i + 1) : a;
      backend.capture(
          Piece.FORWARD,
          () -> {
            layer.forward(number, weights.layer(number), own, positions, rope, attention, stream);
            if (number + 1 < layers) {
              kernels.addRmsNorm(
                  own.middle(),
                  stream,
                  weights.layer(number + 1).inputLayernorm(),
                  eps,
                  next.input(),
                  next.norm(),
                  next.inverseRms());
            }
          });
      a = next;
    }
    kernels.add(a.middle(), stream);
  }

  /// The derivative of [#forward] with packed attention: adds the gradient of what is trained.
  ///
  /// @param activations of each layer as [#forward] left them
  /// @param recompute whether all layers but the last share what `activations` gives, so that only their `input` is still
  ///     what it was and the rest has to be computed again, to the same bits
  /// @param dStream the gradient of `stream`, `[T, C]`; comes out as that of the embedding's output
  void backward(
      TokenBatch batch,
      int[] positions,
      RopeTable rope,
      IntFunction<LayerActivations> activations,
      boolean recompute,
      Tensor dStream,
      LayerGradients d,
      ModelParameters gradients) {
    for (int i = layers - 1; i >= 0; i--) {
      int number = i;
      LayerActivations a = activations.apply(i);
      LayerWeights w = weights.layer(i);
      backend.capture(
          Piece.BACKWARD,
          () -> {
            if (recompute && number < layers - 1) {
              kernels.rmsNorm(a.input(), w.inputLayernorm(), eps, a.norm(), a.inverseRms());
              // The branch that comes out is the next layer's input less `middle`; nobody reads it.
              layer.forward(
                  number, w, a, positions, rope, layer.packed(batch.sequences()), d.norm());
            }
            layer.backward(number, w, a, gradients, positions, rope, batch.sequences(), dStream, d);
          });
    }
    if (gradients instanceof MistralWeights full) {
      kernels.embeddingBackward(batch.ids(), dStream, full.embedTokens());
    }
  }

  @Override
  public void close() {
    linears.close();
  }
}
