package org.tramontane.cli.align;

import java.nio.file.Path;
import java.util.Optional;
import org.tramontane.spac.data.DataPurpose;
import org.tramontane.spac.loss.AlignmentLoss;
import org.tramontane.spac.loss.SpacLoss;
import org.tramontane.spac.loss.SpinLoss;
import org.tramontane.spac.loss.UnpairedLoss;
import org.tramontane.spac.train.SelfPlay;

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

  /// The folder of the frozen model, if it is not the policy.
  default Optional<Path> frozen() {
    return switch (this) {
      case Supervised supervised -> Optional.empty();
      case Offline offline -> offline.reference();
      case Spin spin -> spin.previous();
      case Spac spac -> spac.previous();
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
    };
  }
}
