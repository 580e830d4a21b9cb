package org.tramontane.cli.align;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.data.BadRows;
import org.tramontane.spac.data.DataFile;
import org.tramontane.spac.data.DataPurpose;
import org.tramontane.spac.data.DataRow;
import org.tramontane.spac.data.HeldOut;
import org.tramontane.spac.data.LengthLimits;
import org.tramontane.tensor.UserError;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which data to train and evaluate on, and how long sequences may be.
final class DataFlags {
  private static final int USUAL_MAX_LENGTH = 1024;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description =
          "Preference pairs as JSONL or JSON, maybe gzipped, or Parquet: prompt/chosen/rejected"
              + " as text or messages, instruction/input/chosen/rejected, transcripts, or"
              + " prompt_ids/chosen_ids/rejected_ids (and self_ids); for sft also messages, or"
              + " prompt/completion, for kto and bco prompt/completion/label.")
  private Path data = Path.of("");

  @Option(
      names = "--eval-data",
      paramLabel = "FILE",
      description = "Held-out pairs to evaluate on, in a file of their own.")
  private @Nullable Path evalData;

  @Option(
      names = "--eval-split",
      paramLabel = "N",
      description =
          "Hold out N rows of --data (below 1: that share) to evaluate on. Default: none.")
  private double evalSplit;

  @Option(
      names = "--max-length",
      paramLabel = "TOKENS",
      description =
          "Prompt and response together at most; a longer response loses its end. Default: 1024, or what the model takes.")
  private @Nullable Integer maxLength;

  @Option(
      names = "--max-prompt-length",
      paramLabel = "TOKENS",
      description =
          "Prompt at most; a longer one keeps its end and its BOS. Default: prompts are not cut.")
  private @Nullable Integer maxPromptLength;

  @Option(
      names = "--on-bad-row",
      paramLabel = "fail|skip",
      description =
          "Whether a row that can't be used ends the run, or is left out and counted. Default: fail.")
  private OnBadRow onBadRow = OnBadRow.FAIL;

  @Option(
      names = "--chat-format",
      paramLabel = "template|v1|v2|v3",
      description =
          "How messages become tokens: by the model's chat template, or in one of Mistral's own"
              + " formats. Default: template.")
  private ChatFormat chatFormat = ChatFormat.TEMPLATE;

  @Mixin private ReportFlags report;

  private enum OnBadRow {
    FAIL,
    SKIP
  }

  /// Reads the file or files.
  TrainingData read(DataPurpose purpose) {
    BadRows badRows =
        switch (onBadRow) {
          case FAIL -> BadRows.failing();
          case SKIP -> BadRows.skipping();
        };
    // Rows that SFT holds out are evaluated as pairs; without any, what is rejected is nothing to
    // it.
    boolean pairs = purpose == DataPurpose.SUPERVISED && evalSplit != 0;
    DataFile file = DataFile.read(data, pairs ? DataPurpose.DEMONSTRATIONS : purpose, badRows);
    if (evalData == null) {
      return new TrainingData(
          file, HeldOut.split(file.rows(), evalSplit), badRows, chatFormat, report);
    }
    if (evalSplit != 0) {
      throw new UserError("--eval-data and --eval-split: give one of them");
    }
    List<DataRow> heldOut = DataFile.read(evalData, DataPurpose.PREFERENCES, badRows).rows();
    return new TrainingData(file, new HeldOut<>(file.rows(), heldOut), badRows, chatFormat, report);
  }

  /// The file of held-out pairs, if it is one of their own.
  Optional<Path> evalData() {
    return Optional.ofNullable(evalData);
  }

  /// The limits for a model that takes `most` tokens.
  LengthLimits limits(int most) {
    int length = maxLength == null ? Math.min(USUAL_MAX_LENGTH, most) : maxLength;
    return new LengthLimits(
        maxPromptLength == null ? OptionalInt.empty() : OptionalInt.of(maxPromptLength), length);
  }
}
