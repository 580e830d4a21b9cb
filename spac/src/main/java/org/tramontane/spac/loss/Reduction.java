package org.tramontane.spac.loss;

/// What the log-probability of a response is to a loss.
public enum Reduction {
  /// The sum over its tokens, `log pi(y|x)`.
  SUM {
    @Override
    SequenceLogProbs of(SequenceLogProbs sums, ResponseLengths tokens) {
      return sums;
    }
  },
  /// The mean over its tokens, `log pi(y|x) / |y|`, EOS counted where the response ends with it.
  TOKEN_MEAN {
    @Override
    SequenceLogProbs of(SequenceLogProbs sums, ResponseLengths tokens) {
      return new SequenceLogProbs(
          sums.chosen() / tokens.chosen(),
          sums.rejected() / tokens.rejected(),
          sums.self() / tokens.self());
    }
  };

  /// Reduces sums. It is linear, so the same function takes a derivative with respect to what it returns back to one
  /// with respect to sums.
  abstract SequenceLogProbs of(SequenceLogProbs sums, ResponseLengths tokens);
}
