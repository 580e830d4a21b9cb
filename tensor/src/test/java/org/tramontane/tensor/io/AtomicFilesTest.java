package org.tramontane.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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
}
