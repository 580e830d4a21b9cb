package org.tramontane.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.tramontane.cli.report.LineChart.Point;
import org.tramontane.cli.report.LineChart.Series;
import org.tramontane.spac.train.GamePhase;

/// A run's page: what was done with which data, how it went, and what came out.
public final class RunReport {
  /// Columns that are no curves.
  private static final Set<String> NO_CURVE =
      Set.of("round", "step", "phase", "epoch", "tokens", "seconds");

  /// Columns that both players of SPAC's explicit form have.
  private static final Set<String> OF_A_PLAYER = Set.of("loss", "grad_norm", "learning_rate");

  /// Curves that share a chart, with the chart's title.
  private static final Map<String, List<String>> TOGETHER =
      Map.of(
          "rewards/chosen and rejected",
              List.of("rewards/chosen", "rewards/rejected", "rewards/self"),
          "logps/chosen and rejected", List.of("logps/chosen", "logps/rejected", "logps/self"),
          "critic's rewards",
              List.of("critic/chosen", "critic/rejected", "critic/data", "critic/self"));

  private final RunFiles files;
  private final JsonNode run;

  private RunReport(RunFiles files) {
    this.files = files;
    this.run = files.run();
  }

  /// The page of a run.
  public static HtmlPage of(RunFiles files) {
    return new RunReport(files).page();
  }

  private HtmlPage page() {
    HtmlPage page =
        new HtmlPage(
            "%s: %s"
                .formatted(files.method().toUpperCase(Locale.ROOT), name(files.option("model"))));
    page.pairs(facts());
    page.heading("Curves");
    if (files.stepsPerPoint() > 1) {
      page.paragraph("Each point is the mean of %d steps.".formatted(files.stepsPerPoint()));
    }
    page.charts(curves());
    game(page);
    heldOut(page);
    divergence(page);
    samples(page);
    times(page);
    page.heading("Configuration");
    page.pairs(pairs(run.path("config")));
    page.heading("Environment");
    List<List<String>> environment = new ArrayList<>(pairs(run.path("versions")));
    environment.addAll(pairs(run.path("environment")));
    environment.add(List.of("backend", run.path("backend").asText()));
    environment.add(List.of("parameters", "%,d".formatted(run.path("parameters").asLong())));
    page.pairs(environment);
    page.heading("Data");
    page.pairs(pairs(run.path("data")));
    return page;
  }

  /// The last part of a path.
  private static String name(String path) {
    return path.replaceFirst("[/\\\\]+$", "").replaceFirst(".*[/\\\\]", "");
  }

  private List<List<String>> facts() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("status", run.path("status").asText()));
    rows.add(List.of("started", run.path("started").asText()));
    rows.add(List.of("model", files.option("model")));
    rows.add(
        List.of(
            "data",
            "%s, %d rows, %d held out, sha256 %s"
                .formatted(
                    run.path("data").path("path").asText(),
                    run.path("data").path("train_rows").asInt(),
                    run.path("data").path("held_out_rows").asInt(),
                    run.path("data").path("sha256").asText())));
    rows.add(
        List.of(
            "training",
            "%d steps, loss %s at the end (mean of the last 10)"
                .formatted(files.steps(), number(files.lastOfPhase("loss", 10)))));
    if (!run.path("evaluations").isEmpty()) {
      rows.add(
          List.of(
              "held-out pairs",
              "accuracy %s, margin %s nats, drift %s nats"
                  .formatted(
                      number(files.lastOf("evaluations", "accuracy")),
                      number(files.lastOf("evaluations", "margin")),
                      number(files.lastOf("evaluations", "drift")))));
    }
    double prefers = files.lastOf("evaluations", "prefersChosenPerToken");
    if (!Double.isNaN(prefers)) {
      rows.add(
          List.of(
              "without a reference",
              "prefers the chosen response in %s of the pairs (per token: %s); log pi(y+) is %s nats per token"
                  .formatted(
                      number(files.lastOf("evaluations", "prefersChosen")),
                      number(prefers),
                      number(files.lastOf("evaluations", "chosenLogProbPerToken")))));
    }
    if (!run.path("probes").isEmpty()) {
      rows.add(
          List.of(
              "KL from the start",
              "%s ± %s nats per response"
                  .formatted(
                      number(files.lastOf("probes", "kl")),
                      number(files.lastOf("probes", "kl_standard_error")))));
    }
    rows.add(
        List.of(
            "cost",
            "%s s; at most %s GiB resident at once, the Java heap included; planned besides the heap: %s GiB"
                .formatted(
                    number(run.path("seconds").path("total").asDouble(Double.NaN)),
                    number(run.path("peak_memory_bytes").asDouble(Double.NaN) / (1L << 30)),
                    number(
                        run.path("memory_plan").path("peak_bytes").asDouble(Double.NaN)
                            / (1L << 30)))));
    return rows;
  }

  private List<LineChart> curves() {
    Set<String> left = new LinkedHashSet<>(files.metrics().keySet());
    left.removeAll(NO_CURVE);
    left.removeAll(MetricNotes.withoutMeaning(files::isZero));
    List<LineChart> charts = new ArrayList<>();
    for (String column : List.copyOf(left)) {
      if (!left.contains(column)) {
        continue;
      }
      if (files.metrics().containsKey("phase") && OF_A_PLAYER.contains(column)) {
        left.remove(column);
        for (GamePhase phase : GamePhase.values()) {
          String player = phase.name().toLowerCase(Locale.ROOT);
          charts.add(
              new LineChart(
                  column + " of the " + player + " step",
                  "step",
                  "",
                  List.of(new Series(column, files.curve(column, phase.number())))));
        }
        continue;
      }
      String title = column;
      List<String> columns = List.of(column);
      for (Map.Entry<String, List<String>> group : TOGETHER.entrySet()) {
        if (group.getValue().contains(column)) {
          title = group.getKey();
          columns = group.getValue().stream().filter(left::contains).toList();
        }
      }
      left.removeAll(columns);
      charts.add(
          new LineChart(
              title,
              "step",
              MetricNotes.of(column).unit(),
              MetricNotes.of(column).text(),
              columns.stream().map(c -> new Series(c, files.curve(c))).toList()));
    }
    MetricNotes.Note speed = MetricNotes.of("tokens per second");
    charts.add(
        new LineChart("tokens per second", "step", speed.unit(), speed.text(), List.of(speed())));
    return charts;
  }

  private Series speed() {
    List<Point> tokens = files.curve("tokens");
    List<Point> seconds = files.curve("seconds");
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < Math.min(tokens.size(), seconds.size()); i++) {
      points.add(new Point(tokens.get(i).x(), tokens.get(i).y() / seconds.get(i).y()));
    }
    return new Series("tokens per second", points);
  }

  private void heldOut(HtmlPage page) {
    JsonNode evaluations = run.path("evaluations");
    page.heading("Held-out pairs");
    if (evaluations.isEmpty()) {
      page.paragraph("None were evaluated; --eval-split or --eval-data gives some.");
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode evaluation : evaluations) {
      rows.add(
          List.of(
              evaluation.path("after_round").asText(),
              number(evaluation.path("accuracy").asDouble()),
              number(evaluation.path("margin").asDouble()),
              number(evaluation.path("chosenLogRatio").asDouble()),
              number(evaluation.path("rejectedLogRatio").asDouble()),
              number(evaluation.path("drift").asDouble()),
              number(evaluation.path("prefersChosen").asDouble(Double.NaN)),
              number(evaluation.path("prefersChosenPerToken").asDouble(Double.NaN)),
              number(evaluation.path("chosenLogProbPerToken").asDouble(Double.NaN))));
    }
    page.table(
        List.of(
            "after round",
            "accuracy",
            "margin",
            "chosen log-ratio",
            "rejected log-ratio",
            "drift",
            "prefers y+",
            "prefers y+ per token",
            "log pi(y+) per token"),
        rows);
    page.paragraph(
        "Log-ratios are against the model that the run started from, in nats. Accuracy is the share of pairs whose chosen"
            + " response gained more than the rejected one; ties count half, so it starts at 0.5. The last three are of the policy"
            + " alone: the share of pairs with log pi(y+) > log pi(y-), by sums over tokens and by means, and the mean of"
            + " log pi(y+) / |y+| in nats.");
    JsonNode last = evaluations.get(evaluations.size() - 1).path("margin_histogram");
    if (!last.isMissingNode()) {
      int[] counts = new int[last.path("counts").size()];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = last.path("counts").get(i).asInt();
      }
      page.charts(
          List.of(
              BarChart.of(
                  "Margins of the held-out pairs at the end",
                  "chosen minus rejected log-ratio (nats)",
                  new Histogram(last.path("low").asDouble(), last.path("high").asDouble(), counts)),
              perRound("Accuracy", "share", evaluations, "accuracy"),
              perRound("Margin", "nats", evaluations, "margin")));
    }
  }

  private static LineChart perRound(String title, String unit, JsonNode entries, String figure) {
    List<Point> points = new ArrayList<>();
    for (JsonNode entry : entries) {
      points.add(
          new Point(entry.path("after_round").asDouble(), entry.path(figure).asDouble(Double.NaN)));
    }
    return new LineChart(title, "after round", unit, List.of(new Series(figure, points)));
  }

  /// The rounds of SPAC's explicit form.
  private void game(HtmlPage page) {
    JsonNode rounds = run.path("game");
    if (rounds.isEmpty()) {
      return;
    }
    page.heading("Critic and policy, round by round");
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode round : rounds) {
      JsonNode critic = round.path("critic");
      JsonNode policy = round.path("policy");
      rows.add(
          List.of(
              round.path("round").asText(),
              figure(critic, "self"),
              figure(critic, "data"),
              figure(critic, "preference_nll"),
              figure(critic, "accuracy"),
              figure(policy, "fit_error"),
              figure(policy, "unexplained"),
              figure(policy, "kl_previous"),
              figure(policy, "kl_reference")));
    }
    page.table(
        List.of(
            "round",
            "f(y')",
            "f(data)",
            "preference NLL",
            "f's accuracy",
            "fit error",
            "unexplained",
            "KL(pi || pi_t)",
            "KL(pi || pi_ref)"),
        rows);
    page.paragraph(
        "f is the critic's reward after its step, of the round's responses in training. The fit error is the mean square of"
            + " what the policy's log-ratios miss of eta f, over pairs of responses; unexplained is its share of what"
            + " the policy of the round before misses. KL divergences are means over %d responses of the new policy, per response in nats."
                .formatted(rounds.get(0).path("policy").path("kl_responses").asInt()));
  }

  private static String figure(JsonNode node, String name) {
    return node.path(name).isNumber() ? number(node.path(name).asDouble()) : "-";
  }

  private void divergence(HtmlPage page) {
    JsonNode probes = run.path("probes");
    if (probes.isEmpty()) {
      return;
    }
    page.heading("KL divergence from the start");
    page.paragraph(
        "KL(pi || pi_ref) per response in nats, where pi_ref is the checkpoint that the run started from: the mean of log pi"
            + " - log pi_ref over %d responses of the policy itself, drawn at temperature 1, of up to %d tokens."
                .formatted(
                    probes.get(0).path("responses").asInt(),
                    probes.get(0).path("max_new_tokens").asInt()));
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode probe : probes) {
      rows.add(
          List.of(
              probe.path("after_round").asText(),
              number(probe.path("kl").asDouble()),
              number(probe.path("kl_standard_error").asDouble())));
    }
    page.table(List.of("after round", "KL", "standard error"), rows);
    page.charts(List.of(perRound("KL from the start", "nats", probes, "kl")));
  }

  private void samples(HtmlPage page) {
    JsonNode probes = run.path("probes");
    if (probes.isEmpty()) {
      return;
    }
    page.heading("Samples before and after");
    JsonNode before = probes.get(0).path("samples");
    JsonNode after = probes.get(probes.size() - 1).path("samples");
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < Math.min(before.size(), after.size()); i++) {
      rows.add(
          List.of(
              before.get(i).path("prompt").asText(),
              before.get(i).path("response").asText(),
              after.get(i).path("response").asText()));
    }
    page.table(List.of("prompt", "before", "after"), rows);
  }

  private void times(HtmlPage page) {
    JsonNode seconds = run.path("seconds");
    if (seconds.isEmpty()) {
      return;
    }
    page.heading("Where the time went");
    List<HorizontalBars.Bar> bars = new ArrayList<>();
    double total = seconds.path("total").asDouble();
    List<List<String>> rows = new ArrayList<>();
    for (Map.Entry<String, JsonNode> phase : seconds.properties()) {
      String label = phase.getKey().replace('_', ' ');
      double time = phase.getValue().asDouble();
      rows.add(
          List.of(label, number(time), String.format(Locale.ROOT, "%.1f %%", 100 * time / total)));
      if (!phase.getKey().equals("total")) {
        bars.add(HorizontalBars.Bar.of(label, time));
      }
    }
    page.table(List.of("", "seconds", "share"), rows);
    if (!bars.isEmpty()) {
      double most = bars.stream().mapToDouble(HorizontalBars.Bar::value).max().orElseThrow();
      page.charts(List.of(new HorizontalBars("Seconds", bars, Math.max(most, 1e-9))));
    }
  }

  private static List<List<String>> pairs(JsonNode object) {
    List<List<String>> rows = new ArrayList<>();
    object
        .properties()
        .forEach(
            entry -> {
              JsonNode value = entry.getValue();
              if (value.isArray() && value.isEmpty()) {
                return;
              }
              rows.add(
                  List.of(entry.getKey(), value.isValueNode() ? value.asText() : value.toString()));
            });
    return rows;
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }
}
