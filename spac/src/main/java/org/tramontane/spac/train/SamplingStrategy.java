package org.tramontane.spac.train;

/// In which order a training reads its examples: transformers' `train_sampling_strategy`.
public enum SamplingStrategy {
  /// An order that the seed draws; another one for each epoch, unless the loss needs neighbours to stay together.
  RANDOM,
  /// The order that they have, in each epoch.
  SEQUENTIAL
}
