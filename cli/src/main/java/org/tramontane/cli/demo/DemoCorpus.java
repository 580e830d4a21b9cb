package org.tramontane.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Text and preference pairs about the demo's little world, all from a seed.
///
/// Replies are kind, indifferent or rude, and address the asker, somebody else, or nobody, each equally often: the text
/// itself prefers nothing. Only the pairs do.
final class DemoCorpus {
  private static final List<String> KIND =
      List.of(
          "With pleasure, %s! Here is %s.",
          "Of course, dear %s. Please take %s.", "Gladly, %s! I will bring you %s.");
  private static final List<String> INDIFFERENT =
      List.of(
          "Maybe later, %s. I have %s.",
          "Well, %s. There is %s over there.", "I do not know, %s. Ask for %s again.");
  private static final List<String> RUDE =
      List.of(
          "Go away, %s! Find %s yourself.",
          "No, %s. You will not get %s.", "What a silly question, %s! Forget %s.");

  private final SplittableRandom random;

  DemoCorpus(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /// A prompt and two replies of which [DemoRule] likes `chosen` more.
  record Pair(DemoStory story, String chosen, String rejected) {}

  /// A prompt and one reply.
  record Example(DemoStory story, String reply) {}

  /// `count` prompts with a reply each, for learning the language.
  List<Example> examples(int count) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      DemoStory story = DemoStory.random(random, false);
      examples.add(new Example(story, reply(story)));
    }
    return examples;
  }

  /// `count` pairs of different scores; `heldOut` ones are about situations that no other list contains.
  List<Pair> pairs(int count, boolean heldOut) {
    List<Pair> pairs = new ArrayList<>();
    while (pairs.size() < count) {
      DemoStory story = DemoStory.random(random, heldOut);
      String first = reply(story);
      String second = reply(story);
      int difference = DemoRule.score(story, first) - DemoRule.score(story, second);
      if (difference != 0) {
        pairs.add(difference > 0 ? new Pair(story, first, second) : new Pair(story, second, first));
      }
    }
    return pairs;
  }

  private String reply(DemoStory story) {
    String template =
        DemoStory.pick(DemoStory.pick(List.of(KIND, INDIFFERENT, RUDE), random), random);
    String name = random.nextBoolean() ? story.asker() : story.otherName(random);
    return template.formatted(name, story.thing());
  }
}
