package org.tramontane.cli.compare;

import java.util.List;
import org.tramontane.cli.report.RunFiles;

/// Runs that differ in their seeds only.
///
/// @param label what they are called
/// @param runs one or more
record RunGroup(String label, List<RunFiles> runs) {
  /// Takes a copy of the list.
  RunGroup {
    runs = List.copyOf(runs);
  }

  /// What the runs started from, each name once.
  String start() {
    return String.join(
        ", ",
        runs.stream().map(run -> run.run().path("started_from").asText("-")).distinct().toList());
  }

  /// The seeds, as the runs have them.
  List<String> seeds() {
    return runs.stream().map(run -> run.option("seed")).toList();
  }
}
