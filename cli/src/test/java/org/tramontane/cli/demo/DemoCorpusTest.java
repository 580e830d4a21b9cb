package org.tramontane.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DemoCorpusTest {
  @Test
  void heldOutSituationsAreNeverTrainedOn() {
    DemoCorpus corpus = new DemoCorpus(1);
    Set<DemoStory> trained = new HashSet<>();
    corpus.examples(3000).forEach(example -> trained.add(example.story()));
    corpus.pairs(500, false).forEach(pair -> trained.add(pair.story()));
    assertThat(corpus.pairs(200, true)).noneMatch(pair -> trained.contains(pair.story()));
  }

  @Test
  void pairsFollowTheRule() {
    assertThat(new DemoCorpus(2).pairs(300, false))
        .allMatch(
            pair ->
                DemoRule.score(pair.story(), pair.chosen())
                    > DemoRule.score(pair.story(), pair.rejected()));
  }

  @Test
  void theRuleCountsToneAndName() {
    DemoStory story = new DemoStory("Mia", "fox", "a lamp");
    assertThat(DemoRule.score(story, "Gladly, Mia! I will bring you a lamp.")).isEqualTo(3);
    assertThat(DemoRule.score(story, "Gladly, Tom! I will bring you a lamp.")).isEqualTo(1);
    assertThat(DemoRule.score(story, "Maybe later, Mia. I have a lamp.")).isEqualTo(1);
    assertThat(DemoRule.score(story, "Go away, Tom! Find a lamp yourself.")).isEqualTo(-3);
    assertThat(DemoRule.isBest(story, "Of course, dear Mia. Please take a lamp.")).isTrue();
  }

  @Test
  void theSameSeedTellsTheSameStories() {
    assertThat(new DemoCorpus(3).examples(50)).isEqualTo(new DemoCorpus(3).examples(50));
  }
}
