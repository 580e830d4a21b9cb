package org.tramontane.tensor.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.tramontane.tensor.UserError;

/// Writes a file or a folder beside its place and then renames it there, so that a reader, or a kill
/// at any moment, finds the old one or the new one and never half of one.
///
/// Everything is forced to the disk before it is renamed.
public final class AtomicFiles {
  private AtomicFiles() {}

  /// Fills a file or folder that is not in its place yet.
  @FunctionalInterface
  public interface Content {
    /// Writes to `path`.
    void write(Path path) throws IOException;
  }

  /// Writes `text` as UTF-8 to `file`.
  ///
  /// @throws UserError if the folder is not there or the disk is full; `file` is then as it was
  public static void writeString(Path file, String text) {
    writeFile(
        file,
        beside -> {
          try (FileChannel channel =
              FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          }
        });
  }

  /// Lets `content` write a file beside `file`, then renames it to `file`.
  ///
  /// @throws UserError if writing fails; `file` is then as it was
  public static void writeFile(Path file, Content content) {
    Path beside = beside(file);
    try {
      content.write(beside);
      force(beside);
      move(beside, file);
      forceFolder(file);
    } catch (IOException | UncheckedIOException e) {
      throw failure(file, e);
    } finally {
      deleteQuietly(beside);
    }
  }

  /// Lets `content` fill a new folder beside `directory`, then puts it in the place of `directory`.
  ///
  /// A folder that is already there is replaced as a whole: it is moved aside first and deleted last.
  /// A kill between those two renames leaves the old one under its name with `.old-` and a number.
  ///
  /// @throws UserError if writing fails; `directory` is then as it was
  public static void writeDirectory(Path directory, Content content) {
    Path beside = beside(directory);
    Path old = directory.resolveSibling(name(directory) + ".old-" + ProcessHandle.current().pid());
    try {
      Files.createDirectory(beside);
      content.write(beside);
      try (Stream<Path> files = Files.walk(beside)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          force(file);
        }
      }
      boolean replaces = Files.exists(directory);
      if (replaces) {
        move(directory, old);
      }
      try {
        move(beside, directory);
      } catch (IOException e) {
        if (replaces) {
          move(old, directory);
        }
        throw e;
      }
      forceFolder(directory);
      deleteQuietly(old);
    } catch (IOException | UncheckedIOException e) {
      throw failure(directory, e);
    } finally {
      deleteQuietly(beside);
    }
  }

  private static String name(Path path) {
    Path name = path.toAbsolutePath().normalize().getFileName();
    if (name == null) {
      throw new UserError(path + " can't be written: it is the root of a file system");
    }
    return name.toString();
  }

  private static Path beside(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.resolveSibling(name(path) + ".tmp-" + ProcessHandle.current().pid());
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the file system can't rename atomically", e);
    }
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /// Makes a rename durable where the system lets a folder be opened; Windows does not, and needs no such call.
  private static void forceFolder(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(parent, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // The file itself is on the disk; only the moment at which its name gets there is the
      // system's to choose.
    }
  }

  private static void deleteQuietly(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path each : deepestFirst) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      // What remains has a name that says that it is temporary; the error that led here matters
      // more.
    }
  }

  private static UserError failure(Path path, Exception e) {
    String reason =
        e instanceof NoSuchFileException missing
            ? missing.getFile() + " does not exist"
            : String.valueOf(e.getMessage());
    return new UserError(path + " can't be written: " + reason, e);
  }
}
