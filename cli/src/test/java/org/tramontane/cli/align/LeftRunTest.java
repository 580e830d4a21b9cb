package org.tramontane.cli.align;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.tensor.UserError;

class LeftRunTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"identity.json,[]", "run.json,[]", "run.json,7", "run.json,''"})
  void whatIsNoObjectIsRefused(String name, String content) throws IOException {
    Files.writeString(folder.resolve("identity.json"), "{}");
    Files.writeString(folder.resolve("run.json"), "{}");
    Files.writeString(folder.resolve(name), content);
    try (Arena arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> LeftRun.read(folder, arena))
          .isInstanceOf(UserError.class)
          .hasMessage(folder.resolve(name) + " is not a JSON object, as a checkpoint's would be");
    }
  }
}
