package org.tramontane.spac.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.CompletionEncoder;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.chat.ConversationFormat;

/// Makes tokenised examples of rows.
///
/// Text becomes tokens by [CompletionEncoder], the same way that scoring goes: BOS, prompt and response as one text,
/// and the model's EOS. Token ids from a file are taken as they are. [LengthLimits] says what is cut, and
/// [#truncatedPrompts] and [#truncatedResponses] how often it was.
public final class ExampleEncoder {
  private final MistralConfig config;
  private final @Nullable CompletionEncoder text;
  private final @Nullable ConversationFormat conversations;
  private final LengthLimits limits;
  private final BadRows badRows;
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
    this(config, tokenizer, null, limits, BadRows.failing());
  }

  /// An encoder for a model that reads conversations too.
  ///
  /// @param tokenizer null if there is none; then only token ids can be encoded
  /// @param conversations null if there is none; then messages can't be encoded
  /// @param badRows what becomes of rows that can't be encoded
  /// @throws UserError if the limits exceed what the model takes
  public ExampleEncoder(
      MistralConfig config,
      CompletionEncoder.@Nullable TextEncoder tokenizer,
      @Nullable ConversationFormat conversations,
      LengthLimits limits,
      BadRows badRows) {
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
    this.conversations = conversations;
    this.limits = limits;
    this.badRows = badRows;
  }

  /// Preference pairs of the rows, in their order.
  ///
  /// @throws UserError if a row can't be encoded; the message names it
  public List<PreferenceExample> preferences(List<DataRow> rows) {
    return each(rows, this::preference);
  }

  /// Completions to learn, in the order of the rows.
  ///
  /// @throws UserError if a row can't be encoded; the message names it
  public List<Completion> supervised(List<DataRow> rows) {
    return each(rows, row -> completion(row, row.chosen()));
  }

  private <T> List<T> each(List<DataRow> rows, Function<DataRow, T> encode) {
    List<T> examples =
        rows.stream().flatMap(row -> badRows.attempt(() -> encode.apply(row)).stream()).toList();
    if (examples.isEmpty() && !rows.isEmpty()) {
      throw new UserError(
          "no row can be used; "
              + badRows.skipped()
              + " were skipped, the last: "
              + badRows.reasons().getLast());
    }
    return examples;
  }

  /// Prompts alone, to sample from, in the order of the rows; those that can't be encoded are left out.
  public List<int[]> prompts(List<DataRow> rows) {
    BadRows apart = BadRows.skipping();
    return rows.stream().flatMap(row -> apart.attempt(() -> prompt(row)).stream()).toList();
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
    return each(rows, row -> new Demonstration(prompt(row), completion(row, row.chosen())));
  }

  /// Labelled responses of the rows: one of a row that has a label; of pairs first all chosen ones, which are
  /// desirable, then all rejected ones.
  ///
  /// @throws UserError if a row can't be encoded; the message names it
  public List<LabelledCompletion> labelled(List<DataRow> rows) {
    List<List<LabelledCompletion>> encoded = each(rows, this::labels);
    List<LabelledCompletion> examples = new ArrayList<>();
    encoded.forEach(labels -> examples.add(labels.getFirst()));
    encoded.forEach(labels -> examples.addAll(labels.subList(1, labels.size())));
    return examples;
  }

  /// A row's only or chosen response, and the rejected one if there is one.
  private List<LabelledCompletion> labels(DataRow row) {
    boolean desirable = !Boolean.FALSE.equals(row.label());
    LabelledCompletion first = new LabelledCompletion(completion(row, row.chosen()), desirable);
    Content rejected = row.rejected();
    return rejected == null
        ? List.of(first)
        : List.of(first, new LabelledCompletion(completion(row, rejected), false));
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
        located(
            row,
            () ->
                switch (row.prompt()) {
                  case Content.Tokens(int[] tokens) -> tokens;
                  case Content.Text(String prompt) -> text().prompt(prompt);
                  case Content.Messages(List<ObjectNode> prompt) -> conversations().prompt(prompt);
                });
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
    return located(
        row,
        () ->
            switch (row.prompt()) {
              case Content.Tokens(int[] prompt) -> new Completion(prompt, tokens(response));
              case Content.Text(String prompt) ->
                  text().completion(prompt, string(response), !config.eosTokenIds().isEmpty());
              case Content.Messages(List<ObjectNode> prompt) ->
                  conversations().completion(prompt, messages(response));
            });
  }

  /// What `work` gives; an error in it names the row.
  private static <T> T located(DataRow row, Supplier<T> work) {
    try {
      return work.get();
    } catch (UserError e) {
      throw new UserError(row.where() + ": " + e.getMessage(), e);
    }
  }

  private ConversationFormat conversations() {
    ConversationFormat present = conversations;
    if (present == null) {
      throw new UserError("messages need a chat template; the model folder has none");
    }
    return present;
  }

  private CompletionEncoder text() {
    CompletionEncoder present = text;
    if (present == null) {
      throw new UserError(
          "text needs a tokenizer and the model folder has none; add tokenizer.json, or"
              + " give prompt_ids, chosen_ids and rejected_ids");
    }
    return present;
  }

  /// A row's prompt and responses are all tokens, all text or all messages.
  private static int[] tokens(Content content) {
    return switch (content) {
      case Content.Tokens(int[] ids) -> ids;
      case Content.Text text -> throw mixed(text);
      case Content.Messages messages -> throw mixed(messages);
    };
  }

  private static String string(Content content) {
    return switch (content) {
      case Content.Text(String string) -> string;
      case Content.Tokens tokens -> throw mixed(tokens);
      case Content.Messages messages -> throw mixed(messages);
    };
  }

  private static List<ObjectNode> messages(Content content) {
    return switch (content) {
      case Content.Messages(List<ObjectNode> messages) -> messages;
      case Content.Tokens tokens -> throw mixed(tokens);
      case Content.Text text -> throw mixed(text);
    };
  }

  private static IllegalArgumentException mixed(Content content) {
    return new IllegalArgumentException("prompt and response are of different kinds: " + content);
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
