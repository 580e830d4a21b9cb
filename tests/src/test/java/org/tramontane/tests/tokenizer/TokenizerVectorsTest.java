package org.tramontane.tests.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.tests.Shared;
import org.tramontane.transformer.chat.ChatRequest;
import org.tramontane.transformer.chat.InstructEncoder;
import org.tramontane.transformer.chat.InstructVersion;
import org.tramontane.transformer.tokenizer.StreamingDecoder;
import org.tramontane.transformer.tokenizer.Tokenizer;
import org.tramontane.transformer.tokenizer.Tokenizers;

/// Real tokenizers against the ids and texts of SentencePiece, llama2.c and mistral-common.
class TokenizerVectorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MISTRAL = "data/tokenizers/mistral/";

  @ParameterizedTest
  @CsvSource({
    "v1, tokenizer.model.v1",
    "v2, mistral_instruct_tokenizer_240216.model.v2",
    "v3, mistral_instruct_tokenizer_240323.model.v3"
  })
  void encodesAsSentencePiece(String column, String file) throws IOException {
    Tokenizer tokenizer = load(MISTRAL + file);
    List<JsonNode> vectors = vectors("data/tokenizers/spm_vectors.jsonl");
    assertThat(vectors).hasSizeGreaterThanOrEqualTo(250);
    for (JsonNode vector : vectors) {
      String text = vector.get("text").textValue();
      assertThat(tokenizer.encode(text)).as(text).isEqualTo(ints(vector.get(column)));
    }
  }

  @Test
  void decodesAsSentencePiece() throws IOException {
    Tokenizer tokenizer = load(MISTRAL + "tokenizer.model.v1");
    for (JsonNode vector : vectors("data/tokenizers/spm_vectors.jsonl")) {
      int[] ids = ints(vector.get("v1"));
      String text = vector.get("v1_decode").textValue();
      assertThat(tokenizer.decode(ids)).isEqualTo(text);
      assertThat(stream(tokenizer, ids)).isEqualTo(text);
    }
  }

  /// `tokenizer.json` finds the names of special tokens in text, SentencePiece does not; all else is equal.
  @Test
  void derivedTokenizerJsonEqualsSentencePiece() throws IOException {
    Tokenizer tokenizer = load(MISTRAL + "tokenizer.v1.derived.json");
    int literals = 0;
    for (JsonNode vector : vectors("data/tokenizers/spm_vectors.jsonl")) {
      String text = vector.get("text").textValue();
      int[] ids = tokenizer.encode(text);
      if (text.contains("<s>") || text.contains("</s>") || text.contains("<unk>")) {
        literals++;
        assertThat(text).isEqualTo("<s>");
        assertThat(ids).containsExactly(1);
      } else {
        assertThat(ids).as(text).isEqualTo(ints(vector.get("v1")));
        assertThat(tokenizer.decode(ids)).isEqualTo(vector.get("v1_decode").textValue());
        assertThat(stream(tokenizer, ids)).isEqualTo(vector.get("v1_decode").textValue());
      }
    }
    assertThat(literals).isEqualTo(1);
  }

  /// The ids are those of the Hugging Face `tokenizers` library 0.23.2 for the same file.
  @Test
  void addedTokensAreFoundInText() {
    Tokenizer tokenizer = load(MISTRAL + "tokenizer.v1.derived.json");
    assertThat(tokenizer.encode("a <s> b")).containsExactly(264, 28705, 1, 28705, 287);
    assertThat(tokenizer.encode("  </s>x")).containsExactly(2287, 2, 1318);
    assertThat(tokenizer.encode("<unk>\n")).containsExactly(0, 28705, 13);
    assertThat(tokenizer.encode("")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"tokenizer.model.v1", "tokenizer.v1.derived.json"})
  void publishedVectors(String file) throws IOException {
    Tokenizer tokenizer = load(MISTRAL + file);
    List<JsonNode> vectors = vectors(MISTRAL + "mistral_v1_published_vectors.jsonl");
    assertThat(vectors).hasSize(12);
    for (JsonNode vector : vectors) {
      assertThat(tokenizer.encode(vector.get("text").textValue()))
          .isEqualTo(withoutBos(vector.get("ids_with_bos")));
    }
  }

  @Test
  void stories260K() throws IOException {
    Tokenizer tokenizer = load("data/weights/stories260K-hf");
    assertThat(tokenizer.bosId()).hasValue(1);
    assertThat(tokenizer.special().addBos()).isTrue();
    List<JsonNode> vectors = vectors("data/weights/stories260K/tok512_vectors.jsonl");
    assertThat(vectors).hasSize(120);
    for (JsonNode vector : vectors) {
      String text = vector.get("text").textValue();
      int[] ids = withoutBos(vector.get("ids"));
      assertThat(tokenizer.encode(text)).isEqualTo(ids);
      assertThat(tokenizer.decode(ids)).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "no_tools, V1",
    "no_tools, V2",
    "no_tools, V3",
    "get_weather_full, V2",
    "get_weather_full, V3",
    "get_weather_no_history, V2",
    "get_weather_no_history, V3",
    "get_weather_no_system_prompt, V2",
    "get_weather_no_system_prompt, V3",
    "parallel_calls, V2",
    "parallel_calls, V3",
    "several_calls, V2",
    "several_calls, V3"
  })
  void chatAsMistralCommon(String sample, InstructVersion version) throws IOException {
    Tokenizer tokenizer =
        load(
            MISTRAL
                + switch (version) {
                  case V1 -> "tokenizer.model.v1";
                  case V2 -> "mistral_instruct_tokenizer_240216.model.v2";
                  case V3 -> "mistral_instruct_tokenizer_240323.model.v3";
                });
    Path folder = Shared.path(MISTRAL + "mistral-common-samples/" + sample);
    ChatRequest request =
        ChatRequest.parse("sample.json", Files.readString(folder.resolve("sample.json")));
    int[] ids = new InstructEncoder(version, tokenizer).encode(request);
    String suffix = version.name().toLowerCase(java.util.Locale.ROOT);
    StringBuilder pieces = new StringBuilder();
    for (int id : ids) {
      pieces.append(tokenizer.piece(id));
    }
    // One of the samples was written with plain spaces for U+2581.
    assertThat(pieces.toString().replace('\u2581', ' '))
        .isEqualTo(
            Files.readString(folder.resolve("text_" + suffix + ".txt"))
                .strip()
                .replace('\u2581', ' '));
    JsonNode expected = JSON.readTree(folder.resolve("tokens_" + suffix + ".json").toFile());
    assertThat(ids).isEqualTo(ints(expected.isArray() ? expected : expected.get("tokens")));
  }

  private static Tokenizer load(String relative) {
    return Tokenizers.load(Shared.path(relative));
  }

  private static List<JsonNode> vectors(String relative) throws IOException {
    List<JsonNode> vectors = new ArrayList<>();
    for (String line : Files.readAllLines(Shared.path(relative))) {
      vectors.add(JSON.readTree(line));
    }
    return vectors;
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).intValue();
    }
    return values;
  }

  private static int[] withoutBos(JsonNode array) {
    int[] ids = ints(array);
    assertThat(ids[0]).isEqualTo(1);
    return java.util.Arrays.copyOfRange(ids, 1, ids.length);
  }

  private static String stream(Tokenizer tokenizer, int[] ids) {
    StreamingDecoder decoder = tokenizer.streamingDecoder(true);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(decoder.append(id));
    }
    return text.append(decoder.flush()).toString();
  }
}
