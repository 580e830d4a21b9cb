package org.tramontane.spac.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Completion;

class CheckpointStoreTest {
  @TempDir Path folder;

  private static void content(Path beside, String text) throws IOException {
    Files.writeString(beside.resolve("a"), text);
    Files.writeString(beside.resolve("b"), text + text);
  }

  private static Path write(CheckpointStore store, long steps) {
    return store.write(steps, beside -> content(beside, "after " + steps));
  }

  private static void truncate(Path file, long by) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - by);
    }
  }

  @Test
  void keepsTheNewest() {
    CheckpointStore store = new CheckpointStore(folder, 2);
    assertThat(store.newest(line -> {})).isEmpty();
    for (long steps : new long[] {9, 10, 10, 100}) {
      assertThat(write(store, steps)).isDirectory();
    }
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("checkpoint-10.1", "checkpoint-100");
    assertThat(store.newest(line -> {})).contains(folder.resolve("checkpoint-100"));
    store.deleteAll();
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "b", "SHA256SUMS"})
  void aTornFileIsNoticed(String name) throws IOException {
    CheckpointStore store = new CheckpointStore(folder, 3);
    Path good = write(store, 1);
    Path torn = write(store, 2);
    for (int by : new int[] {1, 0}) {
      if (by == 0) {
        Files.delete(torn.resolve(name));
      } else {
        truncate(torn.resolve(name), by);
      }
      List<String> said = new ArrayList<>();
      assertThat(store.newest(said::add)).contains(good);
      assertThat(said).singleElement().asString().contains("checkpoint-2 is torn", name);
    }
    store.deleteAfter(good);
    assertThat(torn).doesNotExist();
    assertThat(good).isDirectory();
  }

  @Test
  void aLineThatIsMissingFromTheChecksumsIsNoticed() throws IOException {
    CheckpointStore store = new CheckpointStore(folder, 3);
    Path torn = write(store, 2);
    Path sums = torn.resolve("SHA256SUMS");
    Files.writeString(sums, Files.readAllLines(sums).getFirst() + "\n");
    List<String> said = new ArrayList<>();
    assertThat(store.newest(said::add)).isEmpty();
    assertThat(said).singleElement().asString().contains("b is not in SHA256SUMS");
  }

  @Test
  void whatCantBeWrittenLeavesTheOthers() {
    CheckpointStore store = new CheckpointStore(folder, 1);
    Path good = write(store, 1);
    assertThatThrownBy(
            () ->
                store.write(
                    2,
                    beside -> {
                      Files.writeString(beside.resolve("a"), "half");
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("No space left on device");
    assertThat(folder.toFile().list()).containsExactly("checkpoint-1");
    assertThat(store.newest(line -> {})).contains(good);
  }

  @Test
  void whatAKilledProcessLeftIsCleanedUp() throws IOException {
    CheckpointStore store = new CheckpointStore(folder, 2);
    Path good = write(store, 1);
    Files.createDirectory(folder.resolve("checkpoint-2.tramontane-tmp-77"));
    Files.createDirectory(folder.resolve("checkpoint-2.old-77"));
    Files.writeString(folder.resolve("metrics.csv"), "mine");
    assertThat(store.newest(line -> {})).contains(good);
    store.deleteAfter(good);
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("checkpoint-1", "checkpoint-2.old-77", "metrics.csv");
  }

  @Test
  void aReferenceIsKnownAgainAndNoOther() {
    List<Completion> completions =
        List.of(
            new Completion(new int[] {1, 2}, new int[] {3}),
            new Completion(new int[] {1}, new int[] {2, 3}));
    ReferenceCacheFile cache = new ReferenceCacheFile(folder.resolve("cache"), "m1", "cpu");
    assertThat(cache.find("reference", completions)).isEmpty();
    cache.put("reference", completions, new double[] {-1.5, Double.NEGATIVE_INFINITY});
    Optional<double[]> known = cache.find("reference", completions);
    assertThat(known).isPresent();
    assertThat(known.orElseThrow()).containsExactly(-1.5, Double.NEGATIVE_INFINITY);
    assertThatThrownBy(() -> cache.find("reference", completions.reversed()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("belongs to another data: ");
    assertThatThrownBy(
            () ->
                new ReferenceCacheFile(folder.resolve("cache"), "m2", "cpu")
                    .find("reference", completions))
        .hasMessageContaining("belongs to another model: m1 there, m2 here");
    assertThatThrownBy(
            () ->
                new ReferenceCacheFile(folder.resolve("cache"), "m1", "gpu")
                    .find("reference", completions))
        .hasMessageContaining("belongs to another backend: cpu there, gpu here");
  }

  @Test
  void aTornCacheIsNoticed() throws IOException {
    List<Completion> completions = List.of(new Completion(new int[] {1, 2}, new int[] {3}));
    ReferenceCacheFile cache = new ReferenceCacheFile(folder, "m1", "cpu");
    cache.put("reference", completions, new double[] {-1.5});
    Path file = folder.resolve("reference.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> cache.find("reference", completions))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is damaged");
    truncate(file, 3);
    assertThatThrownBy(() -> cache.find("reference", completions)).isInstanceOf(UserError.class);
  }
}
