package org.tramontane.spac.train.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.AtomicFiles;
import org.tramontane.tensor.io.IoReason;

/// The checkpoints of one run, side by side in a folder: `checkpoint-120` after 120 steps, `checkpoint-120.1` if there
/// is more to keep before the next step.
///
/// Each is written beside its place with its checksums, forced to the disk and renamed; older ones are deleted after
/// that. So at every moment the newest one that is whole can be gone on from.
public final class CheckpointStore {
  private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{1,18})(?:\\.(\\d{1,9}))?");
  private static final Pattern UNFINISHED =
      Pattern.compile("checkpoint-.*\\.tramontane-(tmp|old)-\\d+");

  private final Path folder;
  private final int limit;

  /// The checkpoints in `folder`, which need not be there before the first is written.
  ///
  /// @param limit how many to keep, 1 or more
  public CheckpointStore(Path folder, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("save_total_limit = " + limit + "; allowed: 1 or more");
    }
    this.folder = folder;
    this.limit = limit;
  }

  /// Writes a checkpoint, then deletes the oldest of those that are too many.
  ///
  /// @param content writes the files, all into the folder that it is given
  /// @return where it lies
  /// @throws UserError if it can't be written; all others are then as they were
  public Path write(long steps, AtomicFiles.Content content) {
    Path place = folder.resolve("checkpoint-" + steps);
    for (int more = 1; Files.exists(place); more++) {
      place = folder.resolve("checkpoint-" + steps + "." + more);
    }
    AtomicFiles.writeDirectory(
        place,
        beside -> {
          content.write(beside);
          Checksums.write(beside);
        });
    newestFirst().stream().skip(limit).forEach(CheckpointStore::delete);
    return place;
  }

  /// The newest checkpoint that is whole.
  ///
  /// @param say hears of each newer one that is not
  public Optional<Path> newest(Consumer<String> say) {
    for (Path checkpoint : newestFirst()) {
      Optional<String> fault = Checksums.fault(checkpoint);
      if (fault.isEmpty()) {
        return Optional.of(checkpoint);
      }
      say.accept(checkpoint + " is torn and passed over: " + fault.get());
    }
    return Optional.empty();
  }

  /// Whether there is any, whole or not.
  public boolean isEmpty() {
    return newestFirst().isEmpty();
  }

  /// Deletes what lies after `checkpoint`, and what a killed process left half written.
  public void deleteAfter(Path checkpoint) {
    for (Path other : newestFirst()) {
      if (other.equals(checkpoint)) {
        break;
      }
      delete(other);
    }
    entries(UNFINISHED).forEach(CheckpointStore::delete);
  }

  /// Deletes all, the newest last.
  public void deleteAll() {
    newestFirst().reversed().forEach(CheckpointStore::delete);
    entries(UNFINISHED).forEach(CheckpointStore::delete);
  }

  private List<Path> newestFirst() {
    List<Path> found = new ArrayList<>(entries(NAME));
    found.sort(
        Comparator.comparingLong(CheckpointStore::steps)
            .thenComparingLong(CheckpointStore::more)
            .reversed());
    return found;
  }

  private static long steps(Path checkpoint) {
    return Long.parseLong(name(checkpoint).group(1));
  }

  private static long more(Path checkpoint) {
    String more = name(checkpoint).group(2);
    return more == null ? 0 : Long.parseLong(more);
  }

  private static Matcher name(Path checkpoint) {
    Matcher matcher = NAME.matcher(checkpoint.getFileName().toString());
    if (!matcher.matches()) {
      throw new IllegalStateException(checkpoint + " was listed as a checkpoint");
    }
    return matcher;
  }

  private List<Path> entries(Pattern name) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> name.matcher(file.getFileName().toString()).matches())
          .filter(Files::isDirectory)
          .toList();
    } catch (IOException e) {
      throw new UserError(folder + " can't be read: " + IoReason.of(e), e);
    }
  }

  /// Deletes a folder; what can't be deleted stays, because it is in nobody's way.
  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      // Without its checksums it is torn, and with them it is whole: either way nobody takes it for
      // what it is not.
    }
  }
}
