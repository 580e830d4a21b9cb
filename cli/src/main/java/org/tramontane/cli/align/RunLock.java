package org.tramontane.cli.align;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.IoReason;

/// Keeps two processes from working in one folder: whoever resumes a run that is still ending has to wait. The system
/// gives the lock back when its process ends, whichever way.
final class RunLock implements AutoCloseable {
  private static final String FILE = "lock";

  private final Path file;
  private final FileChannel channel;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// Takes the lock of `folder`.
  ///
  /// @throws UserError if another process has it, or the file can't be written
  static RunLock of(Path folder) {
    Path file = folder.resolve(FILE);
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UserError(file + " can't be written: " + IoReason.of(e), e);
    }
    RunLock lock = new RunLock(file, channel);
    boolean taken = false;
    try {
      FileLock held = channel.tryLock();
      taken = held != null;
    } catch (OverlappingFileLockException e) {
      // Held by another run of this process.
    } catch (IOException e) {
      throw new UserError(file + " can't be locked: " + IoReason.of(e), e);
    } finally {
      if (!taken) {
        lock.close();
      }
    }
    if (!taken) {
      throw new UserError(folder + ": another process is at work here; wait for its end");
    }
    return lock;
  }

  /// Deletes the file; the lock is held until [#close].
  void delete() throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The system closes it with the process.
    }
  }
}
