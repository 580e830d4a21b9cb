package org.tramontane.spac.eval.result;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.tramontane.spac.eval.engine.ItemResult;
import org.tramontane.spac.eval.task.EvalItem;
import org.tramontane.spac.eval.task.Request;
import org.tramontane.spac.eval.task.Response;

/// What was asked and answered, item by item, in the layout of the harness's `--log_samples`.
public final class Samples {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Samples() {}

  /// JSON lines, one for each document of a task.
  public static String lines(TaskOutcome task) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < task.items().size(); i++) {
      lines.append(line(task.items().get(i), task.results().get(i))).append('\n');
    }
    return lines.toString();
  }

  private static ObjectNode line(EvalItem item, ItemResult result) {
    ObjectNode line = JSON.objectNode();
    line.put("doc_id", item.docId());
    line.put("target", item.doc().target());
    ArrayNode arguments = line.putArray("arguments");
    for (Request request : item.requests()) {
      ArrayNode pair = arguments.addArray().add(request.context());
      switch (request) {
        case Request.LogLikelihood question -> pair.add(question.continuation());
        case Request.GreedyUntil question -> question.stops().forEach(pair.addArray()::add);
      }
    }
    ArrayNode responses = line.putArray("resps");
    for (Response response : result.responses()) {
      switch (response) {
        case Response.LogProb(double value) -> responses.addArray().add(value);
        case Response.Text(String value) -> responses.addArray().add(value);
      }
    }
    result.metrics().forEach(line::put);
    return line;
  }
}
