package org.tramontane.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Ceilings;

/// Results of [SpeedBench] as Markdown with the backends side by side, as CSV and as JSON.
final class SpeedTables {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SpeedTables() {}

  /// One row per model and test, one column per backend.
  static String markdown(List<SpeedResult> results, List<String> backends, int repetitions) {
    StringBuilder text = new StringBuilder("| model | test |");
    backends.forEach(backend -> text.append(' ').append(backend).append(" tokens/s |"));
    text.append("\n|---|---|").append("--:|".repeat(backends.size())).append('\n');
    Map<String, List<SpeedResult>> rows = new LinkedHashMap<>();
    for (SpeedResult result : results) {
      rows.computeIfAbsent(result.model() + " " + result.test(), _ -> new ArrayList<>())
          .add(result);
    }
    for (List<SpeedResult> row : rows.values()) {
      SpeedResult any = row.getFirst();
      text.append(
          "| %s (%s, %s) | %s |"
              .formatted(any.model(), count(any.parameters()), any.weights(), any.test()));
      for (String backend : backends) {
        text.append(
            row.stream()
                .filter(result -> result.backend().equals(backend))
                .findFirst()
                .map(SpeedTables::cell)
                .orElse(" |"));
      }
      text.append('\n');
    }
    return text.append(
            "\nMedian of %d (least to most); train: DPO steps, forward, backward and AdamW, of all weights in F32 unless LoRA is named.%n"
                .formatted(repetitions))
        .toString();
  }

  private static String cell(SpeedResult result) {
    return String.format(
        Locale.ROOT,
        " %,.1f (%,.1f to %,.1f) |",
        result.tokensPerSecond(),
        result.least(),
        result.most());
  }

  /// What each test's rate means: FLOPs or bytes of weights per second, the share of what the device can do, and what was counted per token.
  ///
  /// @param ceilings by name of the backend
  static String details(List<SpeedResult> results, Map<String, Ceilings> ceilings) {
    StringBuilder text =
        new StringBuilder(
            "| model | test | backend | GFLOP/s | GB/s of weights | of the device | per token |\n");
    text.append("|---|---|---|--:|--:|--:|---|\n");
    for (SpeedResult r : results) {
      text.append(
          "| %s | %s | %s | %s | %s | %s | %s |%n"
              .formatted(
                  r.model(),
                  r.test(),
                  r.backend(),
                  rate(r.gigaFlops()),
                  rate(r.gigabytes()),
                  share(r, ceilings.get(r.backend())),
                  r.perToken().entrySet().stream()
                      .map(
                          entry ->
                              String.format(
                                  Locale.ROOT, "%s %,.2f", entry.getKey(), entry.getValue()))
                      .collect(Collectors.joining(", "))));
    }
    ceilings.forEach(
        (backend, c) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "%n%s at best: copy %,.0f GB/s%s (%s).%n",
                    backend,
                    c.copyBytesPerSecond() / 1e9,
                    c.flopsPerSecond() == 0
                        ? ""
                        : String.format(
                            Locale.ROOT, ", products %,.0f GFLOP/s", c.flopsPerSecond() / 1e9),
                    c.how())));
    return text.toString();
  }

  /// Of the copy where bytes are counted, of the products where FLOPs are.
  private static double shareOf(SpeedResult r, Ceilings ceilings) {
    double best = r.gigabytes() > 0 ? ceilings.copyBytesPerSecond() : ceilings.flopsPerSecond();
    double rate = r.gigabytes() > 0 ? r.gigabytes() : r.gigaFlops();
    return best == 0 ? 0 : rate * 1e9 / best;
  }

  private static String share(SpeedResult r, @Nullable Ceilings ceilings) {
    double share = ceilings == null ? 0 : shareOf(r, ceilings);
    return share == 0
        ? ""
        : String.format(
            Locale.ROOT, "%.2f of its %s", share, r.gigabytes() > 0 ? "copy" : "products");
  }

  private static String rate(double value) {
    return value == 0 ? "" : String.format(Locale.ROOT, "%,.1f", value);
  }

  private static String count(long parameters) {
    return parameters < 1_000_000
        ? Math.round(parameters / 1e3) + " K"
        : Math.round(parameters / 1e6) + " M";
  }

  /// One line per model, test and backend, with the environment in each.
  static String csv(List<SpeedResult> results, Map<String, String> environment) {
    StringBuilder text =
        new StringBuilder(
            "model,parameters,weights,test,backend,tokens_per_second,least,most,repetitions");
    environment.keySet().forEach(key -> text.append(',').append(quoted(key)));
    text.append('\n');
    String machine =
        environment.values().stream()
            .map(value -> "," + quoted(value))
            .collect(Collectors.joining());
    for (SpeedResult r : results) {
      text.append(
              String.format(
                  Locale.ROOT,
                  "%s,%d,%s,%s,%s,%.3f,%.3f,%.3f,%d",
                  quoted(r.model()),
                  r.parameters(),
                  r.weights(),
                  r.test(),
                  r.backend(),
                  r.tokensPerSecond(),
                  r.least(),
                  r.most(),
                  r.seconds().size()))
          .append(machine)
          .append('\n');
    }
    return text.toString();
  }

  private static String quoted(String value) {
    return value.matches("[^\",\\r\\n]*") ? value : '"' + value.replace("\"", "\"\"") + '"';
  }

  /// The environment, what devices can do at best, and every repetition.
  ///
  /// @param ceilings by name of the backend
  static ObjectNode json(
      List<SpeedResult> results, Map<String, String> environment, Map<String, Ceilings> ceilings) {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode machine = root.putObject("environment");
    environment.forEach(machine::put);
    if (!ceilings.isEmpty()) {
      ObjectNode devices = root.putObject("ceilings");
      ceilings.forEach(
          (backend, c) ->
              devices
                  .putObject(backend)
                  .put("copy_gb_per_second", c.copyBytesPerSecond() / 1e9)
                  .put("gflops", c.flopsPerSecond() / 1e9)
                  .put("how", c.how()));
    }
    ArrayNode rows = root.putArray("results");
    for (SpeedResult r : results) {
      ObjectNode row =
          rows.addObject()
              .put("model", r.model())
              .put("parameters", r.parameters())
              .put("weights", r.weights())
              .put("test", r.test())
              .put("backend", r.backend())
              .put("tokens_per_second", r.tokensPerSecond())
              .put("least", r.least())
              .put("most", r.most())
              .put("tokens", r.tokens())
              .put("gflops", r.gigaFlops())
              .put("gb_per_second", r.gigabytes());
      Ceilings best = ceilings.get(r.backend());
      if (best != null && shareOf(r, best) > 0) {
        row.put("share", shareOf(r, best));
      }
      ObjectNode counted = row.putObject("per_token");
      r.perToken().forEach(counted::put);
      ArrayNode seconds = row.putArray("seconds");
      r.seconds().forEach(seconds::add);
    }
    return root;
  }
}
