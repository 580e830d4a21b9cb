/// Mistral: configuration, weights, forward and backward pass, tokenizers and generation.
///
/// Reading order: [MistralConfig] and [MistralWeights] (what a checkpoint holds), [MistralModel] (weights and a backend),
/// `MistralLayer` (one layer, forward and backward), [LoraAdapter] (what sits on its linear layers), `MistralStack` and `MistralHead` around it, [TrainingPass] and
/// [InferencePass] (the memory that they run in), [KvCache], [Sampler], `Logits`, `TokenChooser` and [Generator] (generation), [Scorer]; beside them [ValueModel], the same body with a scalar head, with [ValuePass] and [ValueScorer].
@NullMarked
package org.tramontane.transformer;

import org.jspecify.annotations.NullMarked;
