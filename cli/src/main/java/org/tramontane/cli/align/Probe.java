package org.tramontane.cli.align;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tramontane.spac.train.ReferenceDivergence;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.tokenizer.Tokenizer;

/// Looks at a policy from outside, before training and after each round: samples to the same prompts, and by them how
/// far it is from the checkpoint that the run started from. It draws with a generator of its own, so that a run with it
/// gives the same weights as one without.
///
/// @param start the checkpoint that the run started from, as it is stored: only mapped, so that it takes no memory of
///     its own, and still there when the run's own checkpoint takes its folder
/// @param prompts what is answered; none for no probe
/// @param maxNewTokens of an answer
record Probe(
    MistralModel start,
    Optional<Tokenizer> tokenizer,
    List<int[]> prompts,
    int maxNewTokens,
    long seed) {

  /// Samples that a record keeps as text.
  private static final int SHOWN = 6;

  /// Notes what the policy is like after `round`; 0 is before training.
  void look(int round, MistralModel policy, ObjectNode run) {
    if (prompts.isEmpty()) {
      return;
    }
    ReferenceDivergence divergence =
        ReferenceDivergence.measure(policy, start, prompts, maxNewTokens, seed);
    ObjectNode node = run.withArray("probes").addObject();
    node.put("after_round", round);
    node.put("kl", divergence.kl());
    node.put("kl_standard_error", divergence.standardError());
    node.put("responses", prompts.size());
    node.put("max_new_tokens", maxNewTokens);
    ArrayNode samples = node.putArray("samples");
    for (int i = 0; i < Math.min(SHOWN, prompts.size()); i++) {
      samples
          .addObject()
          .put("prompt", text(prompts.get(i)))
          .put("response", text(divergence.responses().get(i)));
    }
  }

  private String text(int[] ids) {
    int size = tokenizer.map(Tokenizer::vocabSize).orElse(0);
    return tokenizer
        .map(t -> t.decode(Arrays.stream(ids).filter(id -> id < size).toArray()))
        .orElseGet(() -> Arrays.toString(ids));
  }
}
