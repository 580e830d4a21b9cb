package org.tramontane.spac.eval.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.spac.eval.task.Response;
import org.tramontane.tensor.UserError;

class ItemLogTest {
  @TempDir private Path folder;
  private Path file = Path.of("");

  private static final ItemResult SCORED = result(3, new Response.LogProb(-0.12345678901234568));
  private static final ItemResult ANSWERED = result(4, new Response.Text("a \"b\"\n\u00e9"));

  private static ItemResult result(int docId, Response response) {
    return new ItemResult(
        "t", docId, List.of(response), new LinkedHashMap<>(Map.of("acc", 1.0 / 3)));
  }

  private static ObjectNode run(String value) {
    return JsonNodeFactory.instance.objectNode().put("model", value);
  }

  @BeforeEach
  void name() {
    file = folder.resolve("items.jsonl");
  }

  @Test
  void whatWasWrittenIsThereAgainToTheLastBit() {
    try (ItemLog log = new ItemLog(file, run("m"))) {
      log.append(List.of(SCORED));
      log.append(List.of(ANSWERED));
      assertThat(log.resumed()).isZero();
    }
    try (ItemLog log = new ItemLog(file, run("m"))) {
      assertThat(log.resumed()).isEqualTo(2);
      assertThat(log.find("t", 3)).contains(SCORED);
      assertThat(log.find("t", 4)).contains(ANSWERED);
      assertThat(log.find("t", 5)).isEmpty();
    }
    assertThat(ItemLog.read(file)).containsExactly(SCORED, ANSWERED);
  }

  @Test
  void aTornLineIsDropped() throws IOException {
    try (ItemLog log = new ItemLog(file, run("m"))) {
      log.append(List.of(SCORED));
    }
    long whole = Files.size(file);
    Files.writeString(file, "{\"task\":\"t\",\"doc_id\":4,\"resp", StandardOpenOption.APPEND);
    try (ItemLog log = new ItemLog(file, run("m"))) {
      assertThat(log.resumed()).isEqualTo(1);
      assertThat(Files.size(file)).isEqualTo(whole);
      log.append(List.of(ANSWERED));
    }
    assertThat(ItemLog.read(file)).containsExactly(SCORED, ANSWERED);
  }

  @Test
  void aLogWithoutScoresBelongsToNobody() {
    new ItemLog(file, run("m")).close();
    try (ItemLog log = new ItemLog(file, run("n"))) {
      log.append(List.of(SCORED));
    }
    try (ItemLog log = new ItemLog(file, run("n"))) {
      assertThat(log.resumed()).isEqualTo(1);
    }
  }

  @Test
  void anotherRunIsRefused() throws IOException {
    try (ItemLog log = new ItemLog(file, run("m"))) {
      log.append(List.of(SCORED));
    }
    assertThatThrownBy(() -> new ItemLog(file, run("n")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            file
                + " is of a run with model = \"m\", not \"n\"; name another --output, or give --overwrite");
    Files.writeString(file, "something else\n");
    assertThatThrownBy(() -> new ItemLog(file, run("m")))
        .hasMessage(file + ": line 1: broken JSON; is it a log of items?");
    assertThatThrownBy(() -> ItemLog.read(folder.resolve("none")))
        .hasMessageContaining("no such file");
  }
}
