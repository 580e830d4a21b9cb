package org.tramontane.spac.eval.task;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tramontane.spac.eval.python.PythonRandom;
import org.tramontane.tensor.UserError;

/// Puts documents behind their few-shot examples, with the harness's own draws.
///
/// A context is `[description + "\n\n"] + "\n\n".join(example texts and targets) + "\n\n" + text`.
///
/// @param protocol whose order and draws
/// @param task which decides how examples are chosen
/// @param shots examples per document, 0 or more
public record Prompts(Protocol protocol, LeaderboardTask task, int shots) {
  /// Checks the range.
  public Prompts {
    if (shots < 0) {
      throw new IllegalArgumentException("shots = " + shots + "; allowed: 0 or more");
    }
    if (shots > 0 && !task.showsExamples(protocol)) {
      throw new IllegalArgumentException(
          "shots = " + shots + "; allowed: 0 for " + task.label() + " in " + protocol.label());
    }
  }

  /// What MMLU's prompts begin with.
  ///
  /// @param subject as its file names it, with underscores
  public static String mmluDescription(String subject) {
    return "The following are multiple choice questions (with answers) about "
        + subject.replace('_', ' ')
        + ".";
  }

  /// The first `limit` documents in the protocol's order, with their prompts.
  ///
  /// @param description in front of the examples; empty for none
  /// @param docs the scored split, in the order of its file
  /// @param pool what examples are drawn from
  /// @param limit documents at most
  /// @throws UserError if the pool has fewer documents than examples are asked for
  public List<EvalItem> items(String description, List<Doc> docs, List<Doc> pool, int limit) {
    if (pool.size() < shots) {
      throw new UserError(
          task.label()
              + ": "
              + shots
              + " shots from a pool of "
              + pool.size()
              + " documents; add to the "
              + task.poolSplit().orElse("pool")
              + " split, or lower --num-fewshot");
    }
    PythonRandom random = new PythonRandom(protocol.seed());
    List<Integer> order =
        IntStream.range(0, docs.size()).boxed().collect(Collectors.toCollection(ArrayList::new));
    if (protocol == Protocol.B281B09) {
      random.shuffle(order);
    }
    String intro = description.isEmpty() ? "" : description + "\n\n";
    List<EvalItem> items = new ArrayList<>();
    for (int docId : order.subList(0, Math.min(limit, order.size()))) {
      Doc doc = docs.get(docId);
      String examples =
          draw(random, pool, doc).stream()
              .map(example -> example.text() + example.target() + "\n\n")
              .collect(Collectors.joining());
      items.add(new EvalItem(docId, doc, doc.requests(intro + examples, protocol)));
    }
    return items;
  }

  private List<Doc> draw(PythonRandom random, List<Doc> pool, Doc doc) {
    if (task.takesFirst() || shots == 0) {
      return pool.subList(0, shots);
    }
    if (protocol == Protocol.V0_4_0 && task.drawsOneMore() && pool.size() > shots) {
      return random.sample(pool, shots + 1).stream()
          .filter(example -> !example.equals(doc))
          .limit(shots)
          .toList();
    }
    return random.sample(pool, shots);
  }
}
