package org.tramontane.spac.eval.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.tensor.UserError;

class TaskFilesTest {
  @TempDir private Path folder;

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "{}");
  }

  private List<Path> find(LeaderboardTask task, String split) {
    return new TaskFiles(folder, Map.of()).find(task, split);
  }

  @Test
  void theHubsAndOtherLayouts() throws IOException {
    Path hub = file("ai2_arc/ARC-Challenge/test-00000-of-00001.parquet");
    file("ai2_arc/ARC-Challenge/train-00000-of-00001.parquet");
    assertThat(find(LeaderboardTask.ARC_CHALLENGE, "test")).containsExactly(hub);
    Path plain = file("arc/arc_challenge.test.jsonl.gz");
    assertThat(find(LeaderboardTask.ARC_CHALLENGE, "test")).containsExactly(plain);
    Path five = file("winogrande/winogrande.train5.jsonl");
    file("winogrande/winogrande.val.jsonl");
    file("winogrande/LICENSE");
    assertThat(find(LeaderboardTask.WINOGRANDE, "train")).containsExactly(five);
    Path first = file("hellaswag/data/train-00000-of-00002.parquet");
    Path second = file("hellaswag/data/train-00001-of-00002.parquet");
    assertThat(find(LeaderboardTask.HELLASWAG, "train")).containsExactly(first, second);
    Path task = file("truthfulqa/mc_task.json");
    file("truthfulqa/TruthfulQA.csv");
    assertThat(find(LeaderboardTask.TRUTHFULQA, "validation")).containsExactly(task);
    Path csv = file("mmlu/dev/anatomy_dev.csv").getParent();
    assertThat(find(LeaderboardTask.MMLU, "dev")).containsExactly(csv);
  }

  @Test
  void aNamedFileWins() throws IOException {
    file("gsm8k/test.jsonl");
    Path other = Path.of("other.jsonl");
    assertThat(
            new TaskFiles(folder, Map.of("gsm8k.test", other)).find(LeaderboardTask.GSM8K, "test"))
        .containsExactly(other);
  }

  @Test
  void faultsSayWhatToDo() throws IOException {
    file("gsm8k/test.jsonl");
    assertThatThrownBy(() -> find(LeaderboardTask.GSM8K, "train"))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("no train split of gsm8k in " + folder)
        .hasMessageEndingWith("name it with --file gsm8k.train=FILE");
    file("gsm8k/gsm8k.test.csv");
    assertThatThrownBy(() -> find(LeaderboardTask.GSM8K, "test"))
        .hasMessageStartingWith("which is gsm8k.test? [")
        .hasMessageEndingWith("name one with --file gsm8k.test=FILE");
  }
}
