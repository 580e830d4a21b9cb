package org.tramontane.cli.align;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.data.BadRows;
import org.tramontane.spac.data.DataFile;
import org.tramontane.spac.data.DataRow;
import org.tramontane.spac.data.ExampleEncoder;
import org.tramontane.spac.data.HeldOut;
import org.tramontane.spac.data.LengthLimits;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.CompletionEncoder;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.chat.ConversationFormat;
import org.tramontane.transformer.tokenizer.Tokenizer;

/// What was read, and how messages in it become tokens.
///
/// @param file the training file
/// @param rows to train on, and held out
/// @param badRows what becomes of rows that can't be used, and how many there were
/// @param chat the format of messages, for data that have some
/// @param report how the run looks at the policy beside its training
record TrainingData(
    DataFile file, HeldOut<DataRow> rows, BadRows badRows, ChatFormat chat, ReportFlags report) {

  /// The format in which a model reads the data's messages; null where there are none.
  ///
  /// @throws UserError if the model has no such format
  @Nullable ConversationFormat conversations(Path folder, Optional<Tokenizer> tokenizer) {
    if (!file.shape().isConversation()) {
      return null;
    }
    return chat.of(
        folder,
        tokenizer.orElseThrow(
            () ->
                new UserError(
                    folder + ": no tokenizer.json or tokenizer.model, so messages can't be read")));
  }

  /// An encoder of the rows for a model.
  ExampleEncoder encoder(
      MistralConfig config,
      Optional<Tokenizer> tokenizer,
      @Nullable ConversationFormat conversations,
      LengthLimits limits) {
    return new ExampleEncoder(
        config,
        tokenizer.<CompletionEncoder.TextEncoder>map(t -> t::encode).orElse(null),
        conversations,
        limits,
        badRows);
  }

  /// What looks at the policy from outside: it answers the first held-out prompts or, without any, the first of
  /// training.
  Probe probe(
      MistralModel start, Optional<Tokenizer> tokenizer, ExampleEncoder encoder, long seed) {
    List<DataRow> asked = rows.heldOut().isEmpty() ? rows.train() : rows.heldOut();
    List<int[]> prompts =
        encoder.prompts(asked.subList(0, Math.min(report.samples(), asked.size()))).stream()
            .filter(prompt -> prompt.length < start.config().maxPositionEmbeddings())
            .toList();
    return new Probe(start, tokenizer, prompts, report.maxNewTokens(), seed);
  }

  /// What there is to say about messages and bad rows, for the terminal.
  List<String> remarks(@Nullable ConversationFormat conversations) {
    List<String> lines = new ArrayList<>();
    if (conversations != null) {
      lines.add("messages are written by " + conversations.description());
    }
    if (badRows.skipped() > 0) {
      lines.add("skipped %d bad rows, the first of them:".formatted(badRows.skipped()));
      badRows.reasons().forEach(reason -> lines.add("  " + reason));
    }
    return lines;
  }

  /// The same for a run's record.
  void note(@Nullable ConversationFormat conversations, ObjectNode data) {
    if (conversations != null) {
      data.put("chat_format", conversations.description());
    }
    data.put("skipped_rows", badRows.skipped());
    badRows.reasons().forEach(data.withArray("skipped_reasons")::add);
  }
}
