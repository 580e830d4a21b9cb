/// Mistral: configuration, weights, forward and backward pass, tokenizers and generation.
@NullMarked
package org.tramontane.transformer;

import org.jspecify.annotations.NullMarked;
