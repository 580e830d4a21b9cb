package org.tramontane.cli.align;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/// The rounds of SPAC's explicit form as a table for the terminal.
final class GameSummary {
  private GameSummary() {}

  /// @param game the list of that name in `run.json`
  static String table(JsonNode game) {
    StringBuilder text =
        new StringBuilder(
            """
            | round | f(y') | f(data) | preference NLL | f's accuracy | fit error | unexplained | KL(pi, pi_t) | KL(pi, pi_ref) |
            |--:|--:|--:|--:|--:|--:|--:|--:|--:|
            """);
    for (JsonNode round : game) {
      JsonNode critic = round.path("critic");
      JsonNode policy = round.path("policy");
      text.append(
          "| %s | %s | %s | %s | %s | %s | %s | %s | %s |%n"
              .formatted(
                  round.path("round").asText(),
                  number(critic, "self"),
                  number(critic, "data"),
                  number(critic, "preference_nll"),
                  number(critic, "accuracy"),
                  number(policy, "fit_error"),
                  number(policy, "unexplained"),
                  number(policy, "kl_previous"),
                  number(policy, "kl_reference")));
    }
    return text.toString();
  }

  private static String number(JsonNode node, String name) {
    return node.path(name).isNumber()
        ? String.format(Locale.ROOT, "%.3f", node.path(name).asDouble())
        : "-";
  }
}
