package org.tramontane.cli.demo;

import java.util.List;
import java.util.SplittableRandom;

/// One situation of the demo's little world: somebody asks an animal for a thing.
///
/// @param asker who asks
/// @param animal who is asked
/// @param thing what is asked for
record DemoStory(String asker, String animal, String thing) {
  private static final List<String> NAMES =
      List.of(
          "Mia", "Tom", "Ada", "Leo", "Ines", "Paul", "Zoe", "Omar", "Lily", "Hugo", "Nora", "Ben");
  private static final List<String> ANIMALS =
      List.of("fox", "owl", "bear", "mouse", "goat", "swan", "mole", "frog");
  private static final List<String> THINGS =
      List.of(
          "a lamp",
          "a red apple",
          "some bread",
          "a warm hat",
          "the key",
          "a map",
          "some honey",
          "a blue stone");

  /// Every eighth situation is never trained on.
  private static final int HELD_OUT_SHARE = 8;

  static DemoStory random(SplittableRandom random, boolean heldOut) {
    while (true) {
      DemoStory story =
          new DemoStory(pick(NAMES, random), pick(ANIMALS, random), pick(THINGS, random));
      if (story.isHeldOut() == heldOut) {
        return story;
      }
    }
  }

  static <T> T pick(List<T> choices, SplittableRandom random) {
    return choices.get(random.nextInt(choices.size()));
  }

  private boolean isHeldOut() {
    int index =
        (NAMES.indexOf(asker) * ANIMALS.size() + ANIMALS.indexOf(animal)) * THINGS.size()
            + THINGS.indexOf(thing);
    // A multiplicative hash, so that what is held out spreads over names, animals and things.
    return Integer.remainderUnsigned((index * 0x9E3779B1) >>> 8, HELD_OUT_SHARE) == 0;
  }

  /// What the model is given.
  String prompt() {
    return asker + " asks the " + animal + " for " + thing + ". The " + animal + " says:";
  }

  /// Somebody else's name.
  String otherName(SplittableRandom random) {
    String name = pick(NAMES, random);
    while (name.equals(asker)) {
      name = pick(NAMES, random);
    }
    return name;
  }

  static List<String> names() {
    return NAMES;
  }
}
