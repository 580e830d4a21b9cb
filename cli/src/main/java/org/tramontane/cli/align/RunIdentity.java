package org.tramontane.cli.align;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tramontane.tensor.UserError;

/// What has to be the same for a run to go on to the same bits: options, and digests of what is read.
///
/// @param values by name
record RunIdentity(TreeMap<String, String> values) {
  /// The identity that the options of a run give it.
  ///
  /// @param config `run.json`'s
  static RunIdentity of(JsonNode config) {
    RunIdentity identity = new RunIdentity(new TreeMap<>());
    config
        .properties()
        .forEach(
            option -> {
              if (!PlaceOptions.has(option.getKey())) {
                identity.values.put(option.getKey(), option.getValue().asText());
              }
            });
    return identity;
  }

  /// Adds something that is no option.
  void put(String key, String value) {
    values.put(key, value);
  }

  ObjectNode json() {
    ObjectNode node = new ObjectMapper().createObjectNode();
    values.forEach(node::put);
    return node;
  }

  /// What [#json] says.
  static RunIdentity read(JsonNode json) {
    RunIdentity identity = new RunIdentity(new TreeMap<>());
    json.properties().forEach(entry -> identity.put(entry.getKey(), entry.getValue().asText()));
    return identity;
  }

  /// Checks that a run with `now` can go on from a checkpoint of this one.
  ///
  /// @throws UserError that names the first key that differs, and both values
  void requireSame(RunIdentity now, Path checkpoint) {
    Set<String> keys = new TreeSet<>(values.keySet());
    keys.addAll(now.values.keySet());
    for (String key : keys) {
      String then = values.getOrDefault(key, "not given");
      String here = now.values.getOrDefault(key, "not given");
      if (!then.equals(here)) {
        throw new UserError(
            "--resume: %s is %s here and %s in %s; give the same, or begin anew with --overwrite instead of --resume"
                .formatted(key, here, then, checkpoint));
      }
    }
  }
}
