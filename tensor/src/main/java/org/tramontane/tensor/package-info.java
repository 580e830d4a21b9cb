/// Tensors in off-heap memory and the closed set of kernels that a transformer needs.
///
/// Reading order: [Tensor] (what is computed on), [Kernels] (what can be computed), [Backend] (who computes it),
/// [Backends] (how one is chosen), then `cpu` and `nd4j` for the implementations and `safetensors` for
/// files.
@NullMarked
package org.tramontane.tensor;

import org.jspecify.annotations.NullMarked;
