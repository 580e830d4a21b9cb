package org.tramontane.cli.align;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.tramontane.spac.data.Sha256;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.IoReason;

/// SHA-256 of what a model or an adapter is read from: weights, configuration and tokenizer.
public final class ModelDigest {
  private static final List<String> ENDINGS = List.of(".safetensors", ".json", ".model", ".jinja");

  private ModelDigest() {}

  /// The digest of a folder's files, by name; a run's own record is none of them.
  ///
  /// @throws UserError if there are none, or they can't be read
  public static String of(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> parts =
          files
              .filter(Files::isRegularFile)
              .filter(file -> isRead(file.getFileName().toString()))
              .sorted()
              .toList();
      if (parts.isEmpty()) {
        throw new UserError(folder + ": not the folder of a model: there is no config.json");
      }
      return Sha256.of(parts);
    } catch (IOException e) {
      throw new UserError(folder + " can't be read: " + IoReason.of(e), e);
    }
  }

  private static boolean isRead(String name) {
    return ENDINGS.stream().anyMatch(name::endsWith) && !name.equals(RunFolder.RUN);
  }
}
