package org.tramontane.tests.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.DpoLoss;
import org.tramontane.spac.loss.PreferenceLoss;
import org.tramontane.spac.loss.SequenceLogProbs;
import org.tramontane.spac.loss.SpacLoss;
import org.tramontane.spac.loss.SpacLoss.Critic;
import org.tramontane.tests.Shared;

/// The batch and the losses of `goldens/pref`.
final class PreferenceGoldens {
  private static final Pattern NAME = Pattern.compile("(\\w+?)(?:_l[0-9.]+_e[0-9.]+)?@(ref|prev)");

  private PreferenceGoldens() {}

  /// One of the losses.
  ///
  /// @param name such as `spac_linear_l1_e1@prev`
  /// @param frozen the frozen model's short name, `ref` or `prev`
  /// @param expected value and terms
  record Case(String name, String frozen, PreferenceLoss loss, JsonNode expected) {
    /// The frozen model's folder.
    String frozenModel() {
      return "goldens/models/a_" + frozen;
    }

    /// The name as the file names have it.
    String fileName() {
      return name.replace('@', '_');
    }

    double value(String key) {
      return expected.get(key).asDouble();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /// Every loss of the file; each is one that is implemented.
  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    losses()
        .get("losses")
        .properties()
        .forEach(
            entry -> {
              Matcher matcher = NAME.matcher(entry.getKey());
              if (!matcher.matches()) {
                throw new IllegalStateException(entry.getKey());
              }
              JsonNode golden = entry.getValue();
              PreferenceLoss loss = loss(matcher.group(1), golden.get("params"));
              cases.add(new Case(entry.getKey(), matcher.group(2), loss, golden));
            });
    return cases;
  }

  /// The case of that name.
  static Case named(String name) {
    return cases().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  private static PreferenceLoss loss(String kind, JsonNode params) {
    return switch (kind) {
      case "dpo_sigmoid" -> new DpoLoss(params.get("beta").asDouble(), 0);
      case "spac_linear" ->
          new SpacLoss(
              Critic.valueOf(params.get("critic").asText().toUpperCase(Locale.ROOT)),
              params.get("relative").asBoolean(),
              params.get("lambda").asDouble(),
              params.get("eta").asDouble());
      default -> throw new IllegalStateException("no loss is called " + kind);
    };
  }

  /// What a model says of the 4 examples.
  ///
  /// @param model `policy`, `ref` or `prev`
  static List<SequenceLogProbs> logProbs(String model) {
    JsonNode node = losses().get("sequence_logprob").get(model);
    double[] chosen = GoldenFile.doubles(node.get("chosen"));
    double[] rejected = GoldenFile.doubles(node.get("rejected"));
    double[] self = GoldenFile.doubles(node.get("self"));
    return IntStream.range(0, chosen.length)
        .mapToObj(i -> new SequenceLogProbs(chosen[i], rejected[i], self[i]))
        .toList();
  }

  /// The 4 examples, with y' where the loss reads it.
  static List<PreferenceExample> examples(PreferenceLoss loss) {
    List<PreferenceExample> examples = new ArrayList<>();
    for (JsonNode row : GoldenFile.json(Shared.path("goldens/pref/batch.json")).get("examples")) {
      PreferenceExample pair =
          PreferenceExample.of(
              GoldenFile.ints(row.get("prompt")),
              GoldenFile.ints(row.get("chosen")),
              GoldenFile.ints(row.get("rejected")));
      examples.add(loss.readsSelf() ? pair.withSelf(GoldenFile.ints(row.get("self"))) : pair);
    }
    return examples;
  }

  private static JsonNode losses() {
    return GoldenFile.json(Shared.path("goldens/pref/losses.json"));
  }
}
