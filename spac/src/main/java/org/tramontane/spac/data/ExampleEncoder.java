package org.tramontane.spac.data;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.CompletionEncoder;
import org.tramontane.transformer.MistralConfig;

/// Makes tokenised examples of rows.
///
/// Text becomes tokens by [CompletionEncoder], the same way that scoring goes: BOS, prompt and response as one text,
/// and the model's EOS. Token ids from a file are taken as they are. [LengthLimits] says what is cut, and
/// [#truncatedPrompts] and [#truncatedResponses] how often it was.
public final class ExampleEncoder {
  private final MistralConfig config;
  private final @Nullable CompletionEncoder text;
  private final LengthLimits limits;
  private int truncatedPrompts;
  private int truncatedResponses;

  /// An encoder for a model.
  ///
  /// @param tokenizer null if there is none; then only token ids can be encoded
  /// @throws UserError if the limits exceed what the model takes
  public ExampleEncoder(
      MistralConfig config,
      CompletionEncoder.@Nullable TextEncoder tokenizer,
      LengthLimits limits) {
    if (limits.maxLength() > config.maxPositionEmbeddings()) {
      throw new UserError(
          "max_length = "
              + limits.maxLength()
              + "; the model takes max_position_embeddings = "
              + config.maxPositionEmbeddings()
              + " tokens at most");
    }
    this.config = config;
    this.text = tokenizer == null ? null : new CompletionEncoder(tokenizer, config);
    this.limits = limits;
  }

  /// Preference pairs of the rows, in their order.
  ///
  /// @throws UserError if a row can't be encoded; the message names it
  public List<PreferenceExample> preferences(List<DataRow> rows) {
    return rows.stream().map(this::preference).toList();
  }

  /// Completions to learn, in the order of the rows.
  ///
  /// @throws UserError if a row can't be encoded; the message names it
  public List<Completion> supervised(List<DataRow> rows) {
    return rows.stream().map(row -> completion(row, row.chosen())).toList();
  }

  /// Completions to learn of which prompts are learned as well, in the order of the rows.
  ///
  /// @throws UserError if a row can't be encoded; the message names it
  public List<Completion> supervisedWithPrompts(List<DataRow> rows) {
    return supervised(rows).stream().map(Completion::afterFirst).toList();
  }

  /// Prompts with the responses to learn, in the order of the rows.
  ///
  /// @throws UserError if a row can't be encoded; the message names it
  public List<Demonstration> demonstrations(List<DataRow> rows) {
    return rows.stream()
        .map(row -> new Demonstration(prompt(row), completion(row, row.chosen())))
        .toList();
  }

  /// Labelled responses of the rows: one of a row that has a label; of pairs first all chosen ones, which are
  /// desirable, then all rejected ones.
  ///
  /// @throws UserError if a row can't be encoded; the message names it
  public List<LabelledCompletion> labelled(List<DataRow> rows) {
    List<LabelledCompletion> examples = new ArrayList<>();
    for (DataRow row : rows) {
      boolean desirable = !Boolean.FALSE.equals(row.label());
      examples.add(new LabelledCompletion(completion(row, row.chosen()), desirable));
    }
    for (DataRow row : rows) {
      Content rejected = row.rejected();
      if (rejected != null) {
        examples.add(new LabelledCompletion(completion(row, rejected), false));
      }
    }
    return examples;
  }

  /// How many completions lost the beginning of their prompt so far.
  public int truncatedPrompts() {
    return truncatedPrompts;
  }

  /// How many completions lost the end of their response so far.
  public int truncatedResponses() {
    return truncatedResponses;
  }

  private PreferenceExample preference(DataRow row) {
    Content rejected = row.rejected();
    if (rejected == null) {
      throw new IllegalArgumentException(row.where() + " was read without its rejected response");
    }
    Content self = row.self();
    return new PreferenceExample(
        prompt(row),
        completion(row, row.chosen()),
        completion(row, rejected),
        self == null ? null : completion(row, self));
  }

  /// x alone, cut as it is beside a response.
  private int[] prompt(DataRow row) {
    int[] ids =
        switch (row.prompt()) {
          case Content.Tokens(int[] tokens) -> tokens;
          case Content.Text(String prompt) -> text(row).prompt(prompt);
        };
    return limits.cutPrompt(ids, config.bosTokenId());
  }

  private Completion completion(DataRow row, Content response) {
    Completion whole = encode(row, response);
    requireInVocabulary(whole.promptIds(), row);
    requireInVocabulary(whole.responseIds(), row);
    int[] prompt = limits.cutPrompt(whole.promptIds(), config.bosTokenId());
    if (prompt.length >= limits.maxLength()) {
      throw new UserError(
          row.where()
              + ": the prompt has "
              + prompt.length
              + " tokens and leaves no room for a response in max_length = "
              + limits.maxLength()
              + "; raise it, or set max_prompt_length to keep the prompt's end");
    }
    int[] cut = limits.cutResponse(whole.responseIds(), prompt.length);
    truncatedPrompts += prompt.length < whole.promptIds().length ? 1 : 0;
    truncatedResponses += cut.length < whole.responseIds().length ? 1 : 0;
    return new Completion(prompt, cut);
  }

  private Completion encode(DataRow row, Content response) {
    try {
      return switch (row.prompt()) {
        case Content.Tokens(int[] prompt) -> new Completion(prompt, tokens(response));
        case Content.Text(String prompt) ->
            text(row).completion(prompt, string(response), !config.eosTokenIds().isEmpty());
      };
    } catch (UserError e) {
      throw new UserError(row.where() + ": " + e.getMessage(), e);
    }
  }

  private CompletionEncoder text(DataRow row) {
    CompletionEncoder present = text;
    if (present == null) {
      throw new UserError(
          row.where()
              + ": text needs a tokenizer and the model folder has none; add tokenizer.json, or"
              + " give prompt_ids, chosen_ids and rejected_ids");
    }
    return present;
  }

  /// A row's prompt and responses are all tokens or all text.
  private static int[] tokens(Content content) {
    return switch (content) {
      case Content.Tokens(int[] ids) -> ids;
      case Content.Text(String string) -> throw new IllegalArgumentException("text: " + string);
    };
  }

  private static String string(Content content) {
    return switch (content) {
      case Content.Text(String string) -> string;
      case Content.Tokens tokens -> throw new IllegalArgumentException("not text: " + tokens);
    };
  }

  private void requireInVocabulary(int[] ids, DataRow row) {
    for (int id : ids) {
      if (id < 0 || id >= config.vocabSize()) {
        throw new UserError(
            row.where()
                + ": token id "
                + id
                + " is outside of the model's vocabulary of "
                + config.vocabSize()
                + "; the tokenizer does not fit the model");
      }
    }
  }
}
