package org.tramontane.spac.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.tramontane.tensor.UserError;

/// SHA-256 of files and of whatever else has bytes, by which a run record says what it was trained on.
public final class Sha256 {
  private Sha256() {}

  /// The digest of a file's bytes, in hexadecimal.
  ///
  /// @throws UserError if it cannot be read
  public static String of(Path file) {
    return of(List.of(file));
  }

  /// The digest of several files' bytes, one after the other, in hexadecimal.
  ///
  /// @throws UserError if one cannot be read
  public static String of(List<Path> files) {
    return by(digest -> files.forEach(file -> add(file, digest)));
  }

  /// The digest, in hexadecimal, of all that `feed` gives it.
  public static String by(Consumer<MessageDigest> feed) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      feed.accept(digest);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void add(Path file, MessageDigest digest) {
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
