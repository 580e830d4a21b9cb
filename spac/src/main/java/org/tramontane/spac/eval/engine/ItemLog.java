package org.tramontane.spac.eval.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.eval.task.Response;
import org.tramontane.tensor.UserError;

/// The scored items of a run as JSON lines, written as soon as they are there, so that a run that was killed goes on where
/// it stopped.
///
/// The first line says what was run; only the same run goes on. A line that a kill has torn is dropped.
public final class ItemLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Key(String task, int docId) {}

  private final Path file;
  private final FileChannel channel;
  private final Map<Key, ItemResult> results = new LinkedHashMap<>();
  private final int resumed;

  /// Opens `file`, or begins it.
  ///
  /// @param run what is run: everything that a score depends on
  /// @throws UserError if the file is of another run
  public ItemLog(Path file, ObjectNode run) {
    this.file = file;
    try {
      long lines = Files.exists(file) ? read(file, run, results) : 0;
      // A run that stopped before its first score has nothing to go on with.
      long whole = results.isEmpty() ? 0 : lines;
      this.resumed = results.size();
      this.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.truncate(whole).position(whole);
      if (whole == 0) {
        write(JSON.createObjectNode().set("run", run) + "\n");
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /// The results in a log.
  ///
  /// @throws UserError if it is missing or no such log
  public static List<ItemResult> read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UserError(file + ": no such file; it holds the scores of single items");
    }
    Map<Key, ItemResult> results = new LinkedHashMap<>();
    try {
      read(file, null, results);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
    }
    return List.copyOf(results.values());
  }

  /// @return how many bytes of the file are whole lines
  private static long read(Path file, @Nullable ObjectNode run, Map<Key, ItemResult> results)
      throws IOException {
    String text = Files.readString(file);
    int end = text.lastIndexOf('\n') + 1;
    int number = 0;
    JsonNode found = JSON.missingNode();
    for (String line : text.substring(0, end).lines().toList()) {
      number++;
      try {
        JsonNode node = JSON.readTree(line);
        if (number == 1) {
          found = node.path("run");
          requireLog(file, found);
        } else {
          requireSame(file, run, found);
          ItemResult result = parse(node);
          results.put(new Key(result.task(), result.docId()), result);
        }
      } catch (JsonProcessingException e) {
        throw new UserError(file + ": line " + number + ": broken JSON; is it a log of items?", e);
      }
    }
    return text.substring(0, end).getBytes(StandardCharsets.UTF_8).length;
  }

  private static void requireLog(Path file, JsonNode run) {
    if (!run.isObject()) {
      throw new UserError(file + ": line 1: no 'run'; is it a log of items?");
    }
  }

  private static void requireSame(Path file, @Nullable ObjectNode run, JsonNode found) {
    if (run == null || run.equals(found)) {
      return;
    }
    for (Map.Entry<String, JsonNode> entry : run.properties()) {
      if (!entry.getValue().equals(found.path(entry.getKey()))) {
        throw new UserError(
            file
                + " is of a run with "
                + entry.getKey()
                + " = "
                + found.path(entry.getKey())
                + ", not "
                + entry.getValue()
                + "; name another --output, or give --overwrite");
      }
    }
    throw new UserError(file + " is of another run; name another --output, or give --overwrite");
  }

  private static ItemResult parse(JsonNode node) {
    List<Response> responses = new ArrayList<>();
    for (JsonNode response : node.path("responses")) {
      responses.add(
          response.isTextual()
              ? new Response.Text(response.textValue())
              : new Response.LogProb(response.asDouble()));
    }
    SequencedMap<String, Double> metrics = new LinkedHashMap<>();
    node.path("metrics")
        .properties()
        .forEach(e -> metrics.put(e.getKey(), e.getValue().asDouble()));
    return new ItemResult(
        node.path("task").asText(), node.path("doc_id").asInt(), responses, metrics);
  }

  /// How many items were there when the log was opened.
  public int resumed() {
    return resumed;
  }

  /// The result of an item, if it is there.
  public Optional<ItemResult> find(String task, int docId) {
    return Optional.ofNullable(results.get(new Key(task, docId)));
  }

  /// Adds results, in one write.
  public void append(List<ItemResult> added) {
    StringBuilder lines = new StringBuilder();
    for (ItemResult result : added) {
      ObjectNode node = JSON.createObjectNode();
      node.put("task", result.task()).put("doc_id", result.docId());
      ArrayNode responses = node.putArray("responses");
      for (Response response : result.responses()) {
        switch (response) {
          case Response.LogProb(double value) -> responses.add(value);
          case Response.Text(String value) -> responses.add(value);
        }
      }
      ObjectNode metrics = node.putObject("metrics");
      result.metrics().forEach(metrics::put);
      lines.append(node).append('\n');
    }
    try {
      write(lines.toString());
    } catch (IOException e) {
      throw failure(e);
    }
    added.forEach(result -> results.put(new Key(result.task(), result.docId()), result));
  }

  private void write(String text) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private UserError failure(IOException e) {
    return new UserError(file + ": cannot be written: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failure(e);
    }
  }
}
