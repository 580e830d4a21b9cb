package org.tramontane.cli.align;

import java.nio.file.Path;
import java.util.Optional;
import org.tramontane.spac.data.DataPurpose;
import org.tramontane.spac.loss.AlignmentLoss;
import org.tramontane.spac.loss.RewardBound;
import org.tramontane.spac.loss.SpacLoss;
import org.tramontane.spac.loss.SpinLoss;
import org.tramontane.spac.loss.UnpairedLoss;
import org.tramontane.spac.train.AdamWOptions;
import org.tramontane.spac.train.SelfPlay;
import org.tramontane.spac.train.SpacGame;
import org.tramontane.spac.train.TrainingLength;
import org.tramontane.spac.train.TrainingOptions;

/// What an alignment does, once its options are read: a method with all that it needs to know.
sealed interface Plan {

  /// Supervised fine-tuning.
  ///
  /// @param packing whether examples share slots
  /// @param completionOnlyLoss whether prompts are left out of the loss
  record Supervised(boolean packing, boolean completionOnlyLoss) implements Plan {}

  /// Alignment on fixed responses.
  ///
  /// @param reference the frozen model's folder, if it is not the policy
  record Offline(AlignmentLoss loss, Optional<Path> reference) implements Plan {}

  /// SPIN's rounds, on demonstrations.
  ///
  /// @param previous the folder of the first round's pi_t, if it is not the policy
  record Spin(SpinLoss loss, SelfPlay play, Optional<Path> previous) implements Plan {}

  /// SPAC's rounds, on preferences.
  ///
  /// @param previous the folder of the first round's pi_t, if it is not the policy
  record Spac(SpacLoss loss, SelfPlay play, Optional<Path> previous) implements Plan {}

  /// SPAC's rounds in the explicit form, on preferences.
  ///
  /// @param criticLearningRate the critic's peak
  /// @param criticEpochs passes over the data per round
  /// @param criticPeft whether the critic is an adapter; as the policy where nothing was said
  /// @param previous the folder of the first round's pi_t, if it is not the policy
  record Game(
      SpacGame game,
      RewardBound bound,
      double criticLearningRate,
      double criticEpochs,
      Optional<Boolean> criticPeft,
      Optional<Path> previous)
      implements Plan {

    /// The critic's options: the policy's, but for learning rate and length.
    TrainingOptions criticOptions(TrainingOptions policy) {
      AdamWOptions adamW = policy.adamW();
      return new TrainingOptions(
          new AdamWOptions(
              criticLearningRate,
              adamW.beta1(),
              adamW.beta2(),
              adamW.eps(),
              adamW.weightDecay(),
              adamW.maxGradNorm()),
          policy.schedule(),
          new TrainingLength.Epochs(criticEpochs),
          policy.batchSize(),
          policy.accumulation(),
          policy.seed(),
          policy.sampling(),
          policy.gradientCheckpointing());
    }
  }

  /// The folder of the frozen model, if it is not the policy.
  default Optional<Path> frozen() {
    return switch (this) {
      case Supervised supervised -> Optional.empty();
      case Offline offline -> offline.reference();
      case Spin spin -> spin.previous();
      case Spac spac -> spac.previous();
      case Game game -> game.previous();
    };
  }

  /// What data is read for.
  default DataPurpose purpose() {
    return switch (this) {
      case Supervised supervised -> DataPurpose.SUPERVISED;
      case Offline offline ->
          offline.loss() instanceof UnpairedLoss ? DataPurpose.UNPAIRED : DataPurpose.PREFERENCES;
      case Spin spin -> DataPurpose.DEMONSTRATIONS;
      case Spac spac -> DataPurpose.PREFERENCES;
      case Game game -> DataPurpose.PREFERENCES;
    };
  }
}
