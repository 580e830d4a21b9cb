package org.tramontane.cli.eval;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.tramontane.spac.eval.result.Comparison;
import org.tramontane.spac.eval.result.EvalFolder;
import org.tramontane.spac.eval.stats.Estimate;

/// Two evaluations, document by document.
///
/// @param first one
/// @param second the other
/// @param comparison their paired differences
public record EvalComparison(EvalFolder first, EvalFolder second, Comparison comparison) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Compares two folders of 'tramontane eval', or their `results.json`.
  ///
  /// @throws org.tramontane.tensor.UserError if one is broken, or they have no task in common
  public static EvalComparison of(Path first, Path second) {
    EvalFolder a = EvalFolder.read(first);
    EvalFolder b = EvalFolder.read(second);
    return new EvalComparison(a, b, Comparison.of(a, b));
  }

  /// The differences as a Markdown table, with what is to be said of them below.
  public String toMarkdown() {
    return EvalTable.markdown(EvalTable.COMPARISON_HEADER, EvalTable.rows(comparison));
  }

  /// The comparison as one JSON object.
  public ObjectNode toJson() {
    ObjectNode root = JSON.createObjectNode();
    root.put("a", first.path().toString()).put("b", second.path().toString());
    ArrayNode lines = root.putArray("lines");
    for (Comparison.Line line : comparison.lines()) {
      Estimate difference = line.paired().difference();
      ObjectNode node = lines.addObject();
      node.put("title", line.title()).put("metric", line.metric());
      node.put("a", line.paired().first()).put("b", line.paired().second());
      node.put("difference", difference.value()).put("stderr", difference.standardError());
      node.putArray("interval_95")
          .add(difference.interval().low())
          .add(difference.interval().high());
      node.put("documents", difference.size());
      line.paired()
          .mcNemar()
          .ifPresent(test -> node.put("only_a", test.onlyFirst()).put("only_b", test.onlySecond()));
      node.put("p", line.paired().p()).put("p_holm", line.holm());
      node.put("significant", line.isSignificant());
      line.notes().forEach(node.putArray("notes")::add);
    }
    return root;
  }
}
