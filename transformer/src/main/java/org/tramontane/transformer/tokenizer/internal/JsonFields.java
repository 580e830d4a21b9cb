package org.tramontane.transformer.tokenizer.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.UserError;

/// A JSON object in a file, read key by key; a wrong type is a [UserError] that names file and key.
///
/// @param key the path of the object within the file, empty at the top
record JsonFields(Path file, String key, JsonNode node) {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  static JsonFields read(Path file) {
    try {
      JsonNode node = JSON.readTree(Files.readAllBytes(file));
      JsonFields fields = new JsonFields(file, "", node);
      if (!node.isObject()) {
        throw fields.wrong("", "an object", node);
      }
      return fields;
    } catch (JsonProcessingException e) {
      throw new UserError(
          file
              + ": not valid JSON at line "
              + (e.getLocation() == null ? 1 : e.getLocation().getLineNr())
              + " ("
              + e.getOriginalMessage().replace('\n', ' ')
              + ")",
          e);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  boolean isNull(String name) {
    JsonNode value = node.path(name);
    return value.isMissingNode() || value.isNull();
  }

  JsonNode get(String name) {
    return node.path(name);
  }

  JsonFields object(String name) {
    JsonNode value = node.path(name);
    if (!value.isObject()) {
      throw wrong(name, "an object", value);
    }
    return new JsonFields(file, at(name), value);
  }

  List<JsonFields> objects(String name) {
    JsonNode array = node.path(name);
    if (!array.isArray()) {
      throw wrong(name, "an array", array);
    }
    List<JsonFields> objects = new ArrayList<>();
    for (JsonNode element : array) {
      String place = name + "[" + objects.size() + "]";
      if (!element.isObject()) {
        throw wrong(place, "an object", element);
      }
      objects.add(new JsonFields(file, at(place), element));
    }
    return objects;
  }

  String string(String name) {
    JsonNode value = node.path(name);
    if (!value.isTextual()) {
      throw wrong(name, "a string", value);
    }
    return value.textValue();
  }

  @Nullable String stringOrNull(String name) {
    return isNull(name) ? null : string(name);
  }

  int index(String name) {
    JsonNode value = node.path(name);
    return index(name, value);
  }

  /// A whole number in `[0, 2^24)`, which bounds the memory that a broken file can claim.
  int index(String name, JsonNode value) {
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < 0
        || value.intValue() >= 1 << 24) {
      throw wrong(name, "a whole number in [0, " + (1 << 24) + ")", value);
    }
    return value.intValue();
  }

  boolean bool(String name, boolean absent) {
    JsonNode value = node.path(name);
    if (isNull(name)) {
      return absent;
    }
    if (!value.isBoolean()) {
      throw wrong(name, "true or false", value);
    }
    return value.booleanValue();
  }

  /// Refuses keys that this reader does not know, since ignoring them could change the result in silence.
  void allow(Set<String> known) {
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw unsupported(name, "this key");
              }
            });
  }

  UserError unsupported(String name, String what) {
    return new UserError(file + ": " + at(name) + ": " + what + " is not supported");
  }

  UserError wrong(String name, String expected, JsonNode found) {
    String shown = found instanceof MissingNode ? "nothing" : found.toString();
    String brief = shown.length() > 60 ? shown.substring(0, 60) + "..." : shown;
    return new UserError(file + ": " + at(name) + ": expected " + expected + ", found " + brief);
  }

  UserError error(String name, String why) {
    return new UserError(file + ": " + at(name) + ": " + why);
  }

  private String at(String name) {
    return key.isEmpty()
        ? (name.isEmpty() ? "the file" : name)
        : name.isEmpty() ? key : key + "." + name;
  }
}
