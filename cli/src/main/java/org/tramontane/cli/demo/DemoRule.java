package org.tramontane.cli.demo;

import java.util.List;

/// The rule behind the demo's preferences: kind words count 2, rude ones -2, the asker's own name 1, another name -1.
final class DemoRule {
  private static final List<String> KIND = List.of("pleasure", "dear", "Please", "Gladly");
  private static final List<String> RUDE =
      List.of("Go away", "No,", "silly", "will not", "yourself", "Forget");

  private DemoRule() {}

  static int score(DemoStory story, String reply) {
    int tone =
        (KIND.stream().anyMatch(reply::contains) ? 2 : 0)
            - (RUDE.stream().anyMatch(reply::contains) ? 2 : 0);
    boolean othersName =
        DemoStory.names().stream()
            .anyMatch(name -> !name.equals(story.asker()) && reply.contains(name));
    return tone + (reply.contains(story.asker()) ? 1 : 0) - (othersName ? 1 : 0);
  }

  /// Whether a reply is as good as the rule can ask: kind, and to the one who asked.
  static boolean isBest(DemoStory story, String reply) {
    return score(story, reply) == 3;
  }
}
