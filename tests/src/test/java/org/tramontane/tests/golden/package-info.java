/// Whole models against PyTorch's answers in the shared folder: logits, log-probabilities, greedy tokens, gradients.
///
/// Every test runs on the reference kernels and on every backend that is available.
@NullMarked
package org.tramontane.tests.golden;

import org.jspecify.annotations.NullMarked;
