package org.tramontane.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.tensor.UserError;

class AtomicFilesTest {
  @TempDir Path folder;

  @Test
  void replacesAFolderAsAWhole() throws IOException {
    Path target = folder.resolve("run");
    AtomicFiles.writeDirectory(target, path -> Files.writeString(path.resolve("first"), "1"));
    AtomicFiles.writeDirectory(target, path -> Files.writeString(path.resolve("second"), "2"));
    assertThat(target.resolve("first")).doesNotExist();
    assertThat(target.resolve("second")).hasContent("2");
    assertThat(folder).isDirectoryContaining("glob:**run").isDirectoryNotContaining("glob:**run.*");
  }

  /// In a container every process may have the same number, so a killed one's leftovers bear our names.
  @Test
  void leftoversOfAKilledProcessAreNotInTheWay() throws IOException {
    Path target = folder.resolve("run");
    long pid = ProcessHandle.current().pid();
    for (String leftover :
        new String[] {"run.tramontane-tmp-" + pid, "run.tramontane-old-" + pid}) {
      Files.writeString(Files.createDirectory(folder.resolve(leftover)).resolve("half"), "0");
    }
    Files.writeString(folder.resolve("file.tramontane-tmp-" + pid), "half");
    Files.writeString(Files.createDirectory(target).resolve("first"), "1");
    AtomicFiles.writeDirectory(target, path -> Files.writeString(path.resolve("second"), "2"));
    AtomicFiles.writeString(folder.resolve("file"), "whole");
    assertThat(target)
        .isDirectoryContaining("glob:**second")
        .isDirectoryNotContaining("glob:**{first,half}");
    assertThat(folder.resolve("file")).hasContent("whole");
    assertThat(folder).isDirectoryNotContaining("glob:**{run,file}.*");
  }

  @Test
  void aFileIsNotReplacedByAFolder() throws IOException {
    Path target = Files.writeString(folder.resolve("run"), "mine");
    assertThatThrownBy(() -> AtomicFiles.writeDirectory(target, path -> {}))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("not a folder");
    assertThat(target).hasContent("mine");
  }

  /// Java's own message is the path alone.
  @Test
  void aRefusalSaysWhy() {
    assertThatThrownBy(
            () ->
                AtomicFiles.writeFile(
                    folder.resolve("x"),
                    path -> {
                      throw new AccessDeniedException(path.toString());
                    }))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("permission denied");
  }

  @Test
  void aFailureLeavesTheOldFolder() throws IOException {
    Path target = folder.resolve("run");
    AtomicFiles.writeDirectory(target, path -> Files.writeString(path.resolve("kept"), "1"));
    assertThatThrownBy(
            () ->
                AtomicFiles.writeDirectory(
                    target,
                    path -> {
                      Files.writeString(path.resolve("half"), "2");
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("No space left");
    assertThat(target.resolve("kept")).hasContent("1");
    assertThat(folder).isDirectoryNotContaining("glob:**run.*");
  }

  /// What a kill between the two renames of a replacement leaves, and what one while writing leaves.
  @Test
  void leftoversOfKilledProcesses() throws IOException {
    Path target = folder.resolve("run");
    Files.writeString(
        Files.createDirectory(folder.resolve("run.tramontane-old-7")).resolve("a"), "old");
    Files.createDirectory(folder.resolve("run.tramontane-tmp-8"));
    Files.createDirectory(folder.resolve("run.tramontane-tmp-mine"));
    Files.createDirectory(folder.resolve("other.tramontane-old-7"));
    AtomicFiles.recoverDirectory(target);
    assertThat(target.resolve("a")).hasContent("old");
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("run", "run.tramontane-tmp-mine", "other.tramontane-old-7");

    Files.createDirectory(folder.resolve("run.tramontane-old-9"));
    AtomicFiles.recoverDirectory(target);
    assertThat(target.resolve("a")).hasContent("old");
    assertThat(folder.resolve("run.tramontane-old-9")).doesNotExist();
  }

  /// A user may keep old runs under such names.
  @Test
  void aUsersFoldersStay() throws IOException {
    Path target = folder.resolve("run");
    String[] mine = {"run.old-1", "run.tmp-2025", "run.old-tramontane-1", "run.x.tramontane-old-1"};
    for (String name : mine) {
      Files.writeString(Files.createDirectory(folder.resolve(name)).resolve("a"), "mine");
    }
    AtomicFiles.recoverDirectory(target);
    assertThat(target).doesNotExist();
    AtomicFiles.writeDirectory(target, path -> Files.writeString(path.resolve("a"), "new"));
    AtomicFiles.recoverDirectory(target);
    assertThat(target.resolve("a")).hasContent("new");
    for (String name : mine) {
      assertThat(folder.resolve(name).resolve("a")).hasContent("mine");
    }
  }
}
