package org.tramontane.cli.demo;

import java.util.List;
import org.tramontane.spac.train.StepReport;

/// What a demo found.
///
/// @param rows a model each: base, SPAC, DPO
/// @param baseSteps of learning the language
/// @param spacSteps of all rounds
/// @param dpoSteps of DPO
/// @param seconds of the whole demo
public record DemoResult(
    List<Row> rows,
    List<StepReport> baseSteps,
    List<StepReport> spacSteps,
    List<StepReport> dpoSteps,
    double seconds) {

  /// How a model does on situations that nobody was trained on.
  ///
  /// @param model its name
  /// @param accuracy share of held-out pairs whose chosen reply gained more probability, against the base
  /// @param drift mean size of the log-ratios to the base, in nats
  /// @param score mean score of its own replies by the demo's rule, -3 to 3
  /// @param best share of its own replies that the rule can't improve on
  /// @param samples prompts and its replies to them
  public record Row(
      String model,
      double accuracy,
      double drift,
      double score,
      double best,
      List<Sample> samples) {}

  /// A prompt and a reply.
  public record Sample(String prompt, String reply) {}
}
