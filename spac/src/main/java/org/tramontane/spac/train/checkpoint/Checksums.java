package org.tramontane.spac.train.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.tramontane.spac.data.Sha256;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.IoReason;

/// `SHA256SUMS`: the digest of every other file of a folder, in the form that `sha256sum --check` reads.
///
/// A file that is torn, damaged, missing or added does not fit it, and a torn `SHA256SUMS` does not fit the files.
final class Checksums {
  static final String FILE = "SHA256SUMS";

  private Checksums() {}

  /// Writes the digests of the files that are in `folder` now.
  static void write(Path folder) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String name : names(folder)) {
      lines.append(line(folder, name)).append('\n');
    }
    Files.writeString(folder.resolve(FILE), lines);
  }

  /// What does not fit, in words; nothing for a folder that is whole.
  static Optional<String> fault(Path folder) {
    try {
      if (!Files.isRegularFile(folder.resolve(FILE))) {
        return Optional.of(FILE + " is missing");
      }
      String text =
          new String(Files.readAllBytes(folder.resolve(FILE)), StandardCharsets.ISO_8859_1);
      Set<String> names = names(folder);
      List<String> unlisted = new ArrayList<>(names);
      for (String entry : text.lines().toList()) {
        String name = entry.length() > 66 ? entry.substring(66) : "";
        if (!names.contains(name)) {
          return Optional.of(name.isEmpty() ? FILE + " is torn" : name + " is missing");
        }
        if (!line(folder, name).equals(entry)) {
          return Optional.of(name + " does not have the digest that " + FILE + " says");
        }
        unlisted.remove(name);
      }
      if (!unlisted.isEmpty()) {
        return Optional.of(unlisted.getFirst() + " is not in " + FILE);
      }
      return text.endsWith("\n") ? Optional.empty() : Optional.of(FILE + " is torn");
    } catch (IOException e) {
      return Optional.of(IoReason.of(e));
    } catch (UserError e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static String line(Path folder, String name) {
    return Sha256.of(folder.resolve(name)) + "  " + name;
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      Set<String> names = new TreeSet<>();
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(FILE))
          .forEach(names::add);
      return names;
    }
  }
}
