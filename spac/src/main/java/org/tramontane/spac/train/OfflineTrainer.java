package org.tramontane.spac.train;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.tramontane.spac.Permutation;
import org.tramontane.spac.data.LabelledCompletion;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.AlignmentLoss;
import org.tramontane.spac.loss.KtoLoss;
import org.tramontane.spac.loss.PreferenceLoss;
import org.tramontane.spac.loss.UnpairedLoss;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.MistralModel;

/// Alignment on a fixed set of responses, by any loss that samples none: DPO, IPO, KTO and their kin.
///
/// The reference's log-probabilities are computed once, before the first step; so the policy itself may be its own
/// reference, which then is what it was when training began. A loss without a reference does not ask it.
///
/// Losses of labelled responses take pairs as well: first all desirable, then all undesirable responses. They are read in
/// an order that is drawn once (or in theirs), because KTO pairs each prompt with its neighbour's response.
public final class OfflineTrainer {
  private static final String REFERENCE = "reference";
  private static final String MISMATCHED = "mismatched";

  private final MistralModel reference;
  private final AlignmentLoss loss;
  private final TrainingOptions options;
  private final PreferenceTrainer trainer;
  private final TrainingObserver observer;
  private final int maxLength;
  private final FrozenLogProbs logProbs;

  /// A trainer of `policy`, whose adapter changes, or its weights, then F32; sequences are as long as it takes.
  ///
  /// @param loss one that does not read responses of the model
  public OfflineTrainer(
      MistralModel policy,
      MistralModel reference,
      AlignmentLoss loss,
      TrainingOptions options,
      TrainingObserver observer) {
    this(policy, reference, loss, options, observer, policy.config().maxPositionEmbeddings());
  }

  /// As above.
  ///
  /// @param maxLength tokens that a prompt and another one's response may have together: KTO makes such pairs
  public OfflineTrainer(
      MistralModel policy,
      MistralModel reference,
      AlignmentLoss loss,
      TrainingOptions options,
      TrainingObserver observer,
      int maxLength) {
    this(
        policy,
        reference,
        loss,
        options,
        observer,
        maxLength,
        TrainingState.unkept(),
        ReferenceCache.NONE);
  }

  /// As above, for a training that may be interrupted and go on.
  ///
  /// @param cache what knows the reference's log-probabilities from an earlier training, and keeps them for a later one
  public OfflineTrainer(
      MistralModel policy,
      MistralModel reference,
      AlignmentLoss loss,
      TrainingOptions options,
      TrainingObserver observer,
      int maxLength,
      TrainingState state,
      ReferenceCache cache) {
    if (loss instanceof PreferenceLoss preference && preference.readsSelf()) {
      throw new IllegalArgumentException(
          loss + " reads responses of the model; see SelfPlayTrainer");
    }
    if (loss instanceof KtoLoss && options.stepExamples() < 2) {
      throw new UserError(
          "kto: one example per optimiser step leaves no other response to estimate the KL with;"
              + " per_device_train_batch_size times gradient_accumulation_steps has to be 2 or more");
    }
    this.reference = reference;
    this.loss = loss;
    this.options = options;
    this.trainer = new PreferenceTrainer(policy, loss, options, observer, state);
    this.logProbs = new FrozenLogProbs(state, cache);
    this.observer = observer;
    this.maxLength = maxLength;
  }

  /// Trains on pairs, one or more; y' in them is not read.
  ///
  /// @throws UserError if loss or gradient is not finite; the weights are then as they were before that step
  public RoundReport train(List<PreferenceExample> pairs) {
    if (loss instanceof UnpairedLoss) {
      return trainUnpaired(unpair(pairs));
    }
    observer.onRoundStart(1, 1);
    return trainer.train(1, 1, frozen(pairs));
  }

  /// Trains on labelled responses, one or more.
  ///
  /// @throws UserError if loss or gradient is not finite; the weights are then as they were before that step
  public RoundReport trainUnpaired(List<LabelledCompletion> examples) {
    observer.onRoundStart(1, 1);
    return trainer.trainUnpaired(frozenResponses(examples));
  }

  /// Computes the first step on pairs and makes none.
  public DryRun dryRun(List<PreferenceExample> pairs) {
    return loss instanceof UnpairedLoss
        ? dryRunUnpaired(unpair(pairs))
        : trainer.dryRun(frozen(pairs));
  }

  /// Computes the first step on labelled responses and makes none.
  public DryRun dryRunUnpaired(List<LabelledCompletion> examples) {
    return trainer.dryRunUnpaired(frozenResponses(examples));
  }

  private List<FrozenExample> frozen(List<PreferenceExample> pairs) {
    List<PreferenceExample> offline = pairs.stream().map(PreferenceExample::withoutSelf).toList();
    return loss.readsReference()
        ? FrozenExample.score(logProbs, REFERENCE, reference, offline)
        : FrozenExample.unscored(offline);
  }

  private List<FrozenResponse> frozenResponses(List<LabelledCompletion> examples) {
    List<LabelledCompletion> ordered = ordered(examples);
    return loss instanceof KtoLoss
        ? FrozenResponse.scoreWithMismatched(
            logProbs, REFERENCE, MISMATCHED, reference, ordered, options.stepExamples(), maxLength)
        : FrozenResponse.score(logProbs, REFERENCE, reference, ordered);
  }

  private List<LabelledCompletion> ordered(List<LabelledCompletion> examples) {
    return switch (options.sampling()) {
      case SEQUENTIAL -> examples;
      case RANDOM ->
          Arrays.stream(Permutation.of(options.seed(), 0, examples.size()))
              .mapToObj(examples::get)
              .toList();
    };
  }

  /// First all chosen responses, then all rejected ones.
  private static List<LabelledCompletion> unpair(List<PreferenceExample> pairs) {
    return Stream.concat(
            pairs.stream().map(pair -> new LabelledCompletion(pair.chosen(), true)),
            pairs.stream().map(pair -> new LabelledCompletion(pair.rejected(), false)))
        .toList();
  }
}
