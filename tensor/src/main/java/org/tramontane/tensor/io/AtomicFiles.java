package org.tramontane.tensor.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.UserError;

/// Writes a file or a folder beside its place and then renames it there, so that a reader, or a kill
/// at any moment, finds the old one or the new one and never half of one.
///
/// Everything is forced to the disk before it is renamed.
public final class AtomicFiles {
  // No name that anybody would give to a folder of his own: what bears it may be deleted.
  private static final String TEMPORARY = ".tramontane-tmp-";
  private static final String OLD = ".tramontane-old-";

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
    Path beside = sibling(file, TEMPORARY);
    try {
      // What a killed process of the same number left; in a container the number is always the
      // same.
      deleteQuietly(beside);
      content.write(beside);
      force(beside);
      move(beside, file);
      forceFolder(beside.getParent());
    } catch (IOException | UncheckedIOException e) {
      throw failure(file, e);
    } finally {
      deleteQuietly(beside);
    }
  }

  /// Lets `content` fill a new folder beside `directory`, then puts it in the place of `directory`.
  ///
  /// A folder that is already there is replaced as a whole: it is moved aside first and deleted last.
  /// A kill between those two renames leaves the old one under its name with `.tramontane-old-` and a
  /// number.
  ///
  /// @throws UserError if writing fails; `directory` is then as it was
  public static void writeDirectory(Path directory, Content content) {
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new UserError(directory + " can't be written: it exists and is not a folder");
    }
    Path beside = sibling(directory, TEMPORARY);
    Path old = sibling(directory, OLD);
    try {
      deleteQuietly(beside);
      Files.createDirectory(beside);
      content.write(beside);
      forceAll(beside);
      boolean replaces = Files.exists(directory);
      if (replaces) {
        deleteQuietly(old);
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
      forceFolder(beside.getParent());
      deleteQuietly(old);
    } catch (IOException | UncheckedIOException e) {
      throw failure(directory, e);
    } finally {
      deleteQuietly(beside);
    }
  }

  /// Puts in order what processes that were killed within [#writeDirectory] left beside `directory`: the old folder gets
  /// its name back if there is no new one, and what is left over is deleted. Other folders beside it are nobody's but the
  /// user's and are not touched. For a folder that no process is writing.
  ///
  /// @throws UserError if the folder around it can't be read
  public static void recoverDirectory(Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      return;
    }
    Pattern left = Pattern.compile(Pattern.quote(name(absolute)) + "\\.tramontane-(tmp|old)-\\d+");
    try (Stream<Path> siblings = Files.list(parent)) {
      for (Path sibling :
          siblings
              .filter(path -> left.matcher(path.getFileName().toString()).matches())
              .filter(Files::isDirectory)
              .toList()) {
        if (!Files.exists(absolute)
            && sibling.getFileName().toString().startsWith(name(absolute) + OLD)) {
          move(sibling, absolute);
        } else {
          deleteQuietly(sibling);
        }
      }
    } catch (IOException e) {
      throw new UserError(parent + " can't be read: " + IoReason.of(e), e);
    }
  }

  private static String name(Path path) {
    Path name = path.toAbsolutePath().normalize().getFileName();
    if (name == null) {
      throw new UserError(path + " can't be written: it is the root of a file system");
    }
    return name.toString();
  }

  private static Path sibling(Path path, String suffix) {
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.resolveSibling(name(path) + suffix + ProcessHandle.current().pid());
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

  /// Forces every file below `folder` and every folder, which holds the files' names.
  private static void forceAll(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.toList()) {
        if (Files.isRegularFile(path)) {
          force(path);
        } else if (Files.isDirectory(path)) {
          forceFolder(path);
        }
      }
    }
  }

  /// Makes names durable where the system lets a folder be opened; Windows does not, and needs no such call.
  private static void forceFolder(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // The files themselves are on the disk; only the moment at which their names get there is the
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
    Exception cause =
        e instanceof UncheckedIOException unchecked && unchecked.getCause() != null
            ? unchecked.getCause()
            : e;
    return new UserError(path + " can't be written: " + IoReason.of(cause), e);
  }
}
