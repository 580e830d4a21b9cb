package org.tramontane.spac.eval.result;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.tramontane.spac.eval.engine.ItemResult;
import org.tramontane.spac.eval.stats.PairedComparison;
import org.tramontane.spac.eval.stats.Sample;
import org.tramontane.spac.eval.stats.Score;
import org.tramontane.tensor.UserError;

/// Two evaluations, document by document.
///
/// @param lines one for each task that both have
public record Comparison(List<Line> lines) {

  /// A task in both.
  ///
  /// @param title the task's name in tables
  /// @param metric what is compared
  /// @param paired over the documents that both have scored
  /// @param holm the p-value, for as many lines as there are
  /// @param notes what a reader should know
  public record Line(
      String title, String metric, PairedComparison paired, double holm, List<String> notes) {
    /// Copies the list.
    public Line {
      notes = List.copyOf(notes);
    }

    /// Whether the difference is more than chance would explain, at 5 % over all lines together.
    public boolean isSignificant() {
      return holm < 0.05;
    }
  }

  /// Copies the list.
  public Comparison {
    lines = List.copyOf(lines);
  }

  /// Compares what both have.
  ///
  /// @throws UserError if they have no task in common, or put other questions
  public static Comparison of(EvalFolder first, EvalFolder second) {
    requireSame(
        "protocol", first, first.run().path("protocol"), second, second.run().path("protocol"));
    List<Line> lines = new ArrayList<>();
    for (Score score : first.scores()) {
      if (!first.hasItems(score)) {
        continue; // a figure of a whole text, such as its perplexity
      }
      second.scores().stream()
          .filter(other -> isSame(score, other))
          .findFirst()
          .ifPresent(other -> lines.add(line(first, second, score, other)));
    }
    if (lines.isEmpty()) {
      throw new UserError(first.path() + " and " + second.path() + " have no task in common");
    }
    double[] holm =
        PairedComparison.holm(lines.stream().mapToDouble(line -> line.paired.p()).toArray());
    List<Line> adjusted = new ArrayList<>();
    for (int i = 0; i < holm.length; i++) {
      Line line = lines.get(i);
      adjusted.add(new Line(line.title, line.metric, line.paired, holm[i], line.notes));
    }
    return new Comparison(adjusted);
  }

  private static boolean isSame(Score one, Score other) {
    return one.task().equals(other.task()) && one.metric().equals(other.metric());
  }

  private static void requireSame(
      String key, EvalFolder first, JsonNode one, EvalFolder second, JsonNode other) {
    if (!one.equals(other)) {
      throw new UserError(
          second.path()
              + ": "
              + key
              + " is "
              + other
              + ", in "
              + first.path()
              + " it is "
              + one
              + "; only answers to the same questions can be compared");
    }
  }

  private static Line line(EvalFolder first, EvalFolder second, Score score, Score other) {
    JsonNode data = first.run().path("data");
    for (Map.Entry<String, JsonNode> file : data.properties()) {
      if (file.getKey().startsWith(score.task() + ".")) {
        JsonNode theirs = second.run().path("data").path(file.getKey());
        requireSame("data " + file.getKey(), first, file.getValue(), second, theirs);
      }
    }
    if (score.shots() != other.shots()) {
      throw new UserError(
          score.title()
              + " has "
              + score.shots()
              + " shots in "
              + first.path()
              + " and "
              + other.shots()
              + " in "
              + second.path());
    }
    List<double[]> a = new ArrayList<>();
    List<double[]> b = new ArrayList<>();
    int common = 0;
    for (String name : first.tasks().getOrDefault(score.task(), List.of(score.task()))) {
      Map<Integer, ItemResult> left = first.itemsOf(name);
      Map<Integer, ItemResult> right = second.itemsOf(name);
      TreeSet<Integer> docs = new TreeSet<>(left.keySet());
      docs.retainAll(right.keySet());
      if (!docs.isEmpty()) {
        a.add(docs.stream().mapToDouble(doc -> value(left, doc, score.metric())).toArray());
        b.add(docs.stream().mapToDouble(doc -> value(right, doc, score.metric())).toArray());
        common += docs.size();
      }
    }
    if (common == 0) {
      throw new UserError(
          score.title() + ": " + first.path() + " and " + second.path() + " share no document");
    }
    List<String> notes = new ArrayList<>();
    if (common < score.estimate().size() || common < other.estimate().size()) {
      notes.add(
          "only the %d documents that both have scored, of %d and %d"
              .formatted(common, score.estimate().size(), other.estimate().size()));
    }
    PairedComparison paired = PairedComparison.of(new Sample(a), new Sample(b));
    return new Line(score.title(), score.metric(), paired, paired.p(), notes);
  }

  private static double value(Map<Integer, ItemResult> items, int doc, String metric) {
    ItemResult item = items.get(doc);
    Double value = item == null ? null : item.metrics().get(metric);
    if (value == null) {
      throw new UserError("document " + doc + " was logged without its " + metric);
    }
    return value;
  }
}
