package org.tramontane.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.CompletionEncoder;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.TokenBatch;

/// One line of `tramontane score`'s input.
///
/// @param where file and line number, for messages
/// @param completion what is scored
/// @param text whether the line held text, so that the ids are news to who wrote it
record ScoreInput(String where, Completion completion, boolean text) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FORMS =
      "{\"ids\":[..]}, {\"prompt\":\"..\",\"response\":\"..\"} or"
          + " {\"prompt_ids\":[..],\"response_ids\":[..]}";

  /// Reads lines for one model.
  ///
  /// @param config of the model
  /// @param encoder for text, asked for at the first line that holds some
  /// @param withEos whether a response given as text ends with EOS
  record Reader(MistralConfig config, Supplier<CompletionEncoder> encoder, boolean withEos) {

    /// Reads one line.
    ///
    /// @param where file and line number, for messages
    /// @throws UserError if the line is broken, or does not fit the model
    ScoreInput read(String where, String line) {
      try {
        ScoreInput input = parse(where, JSON.readTree(line));
        TokenBatch.of(input.completion.ids()).requireFits(config);
        return input;
      } catch (JsonProcessingException e) {
        throw new UserError(where + ": broken JSON: " + firstLine(e.getOriginalMessage()), e);
      } catch (UserError | IllegalArgumentException e) {
        throw new UserError(where + ": " + e.getMessage(), e);
      }
    }

    private ScoreInput parse(String where, JsonNode line) {
      Set<String> keys = new TreeSet<>();
      line.fieldNames().forEachRemaining(keys::add);
      keys.retainAll(List.of("ids", "prompt", "response", "prompt_ids", "response_ids"));
      if (keys.equals(Set.of("ids"))) {
        int[] ids = ids(line, "ids");
        if (ids.length < 2) {
          throw new UserError("ids has " + ids.length + " tokens; allowed: 2 or more");
        }
        return new ScoreInput(
            where,
            new Completion(Arrays.copyOf(ids, 1), Arrays.copyOfRange(ids, 1, ids.length)),
            false);
      }
      if (keys.equals(Set.of("prompt_ids", "response_ids"))) {
        return new ScoreInput(
            where, new Completion(ids(line, "prompt_ids"), ids(line, "response_ids")), false);
      }
      if (keys.equals(Set.of("prompt", "response"))) {
        return new ScoreInput(
            where,
            encoder.get().completion(text(line, "prompt"), text(line, "response"), withEos),
            true);
      }
      throw new UserError("the keys are " + keys + "; allowed: " + FORMS);
    }

    private static int[] ids(JsonNode line, String key) {
      JsonNode array = line.get(key);
      if (!array.isArray()) {
        throw new UserError(key + " is " + array.getNodeType() + "; allowed: a list of token ids");
      }
      int[] ids = new int[array.size()];
      for (int i = 0; i < ids.length; i++) {
        JsonNode id = array.get(i);
        if (!id.isIntegralNumber() || !id.canConvertToInt()) {
          throw new UserError(key + "[" + i + "] = " + id + "; allowed: a token id");
        }
        ids[i] = id.asInt();
      }
      return ids;
    }

    private static String text(JsonNode line, String key) {
      JsonNode value = line.get(key);
      if (!value.isTextual()) {
        throw new UserError(key + " is " + value.getNodeType() + "; allowed: a string");
      }
      return value.asText();
    }

    private static String firstLine(@Nullable String message) {
      return message == null ? "" : message.lines().findFirst().orElse("");
    }
  }
}
