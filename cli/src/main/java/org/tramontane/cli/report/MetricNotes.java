package org.tramontane.cli.report;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// What the columns of `metrics.csv` mean, for readers of a page.
public final class MetricNotes {
  /// A column's unit, empty where it has none, and what it is.
  ///
  /// @param unit of the vertical axis
  /// @param text one sentence
  public record Note(String unit, String text) {}

  private static final Note UNKNOWN = new Note("", "");

  private static final Map<String, Note> NOTES =
      Map.ofEntries(
          Map.entry("loss", new Note("", "What the step minimised, mean over its examples.")),
          Map.entry(
              "grad_norm", new Note("", "L2 norm of the whole gradient, before it was clipped.")),
          Map.entry("learning_rate", new Note("", "As the schedule has it.")),
          Map.entry(
              "critic_term",
              new Note(
                  "", "SPAC's pessimism: the part of the loss on the policy's own responses.")),
          Map.entry(
              "preference_term", new Note("", "The part of the loss on the preference pairs.")),
          Map.entry(
              "rewards/margins",
              new Note(
                  "nats x scale", "Reward of the chosen minus that of the rejected response.")),
          Map.entry(
              "rewards/accuracies",
              new Note("share", "Pairs of the step whose chosen response has the higher reward.")),
          Map.entry(
              "rewards/chosen",
              new Note(
                  "nats x scale",
                  "The method's scale times the log-ratio to its frozen model; without one, the mean log-probability.")),
          Map.entry(
              "rewards/rejected",
              new Note("nats x scale", "As rewards/chosen, of the rejected response.")),
          Map.entry(
              "rewards/self",
              new Note("nats x scale", "As rewards/chosen, of the policy's own response.")),
          Map.entry(
              "logps/chosen",
              new Note(
                  "nats",
                  "log pi(y|x): summed over tokens where there is a reference, else their mean.")),
          Map.entry(
              "logps/rejected", new Note("nats", "As logps/chosen, of the rejected response.")),
          Map.entry(
              "logps/self", new Note("nats", "As logps/chosen, of the policy's own response.")),
          Map.entry("nll_loss", new Note("nats", "ORPO's cross-entropy, mean over the tokens.")),
          Map.entry("log_odds_ratio", new Note("", "log sigmoid of the difference of log-odds.")),
          Map.entry("log_odds_chosen", new Note("", "Difference of log-odds.")),
          Map.entry("kl", new Note("nats", "KTO's estimate of KL(pi || reference).")),
          Map.entry("delta", new Note("", "BCO's running mean of the rewards.")),
          Map.entry(
              "tokens per second", new Note("tokens/s", "Of training steps, sampling left out.")));

  private MetricNotes() {}

  /// The note of a column; an empty one where there is none.
  public static Note of(String column) {
    return NOTES.getOrDefault(column, UNKNOWN);
  }

  /// Columns that say nothing: where no run has a critic, the two terms of the loss are 0 and the loss itself.
  ///
  /// @param isZero whether a column is 0 in every row of every run
  public static Set<String> withoutMeaning(Predicate<String> isZero) {
    return isZero.test("critic_term")
        ? Set.copyOf(List.of("critic_term", "preference_term"))
        : Set.of();
  }
}
