package org.tramontane.tensor.io;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// Why reading or writing failed, in words. Java's own message is often nothing but the path.
public final class IoReason {
  private IoReason() {}

  /// The reason for `e`.
  public static String of(Exception e) {
    return switch (e) {
      case NoSuchFileException missing -> missing.getFile() + " does not exist";
      case AccessDeniedException denied -> denied.getFile() + ": permission denied";
      case FileAlreadyExistsException there -> there.getFile() + " already exists";
      case FileSystemException other when other.getReason() == null ->
          other.getFile() + ": " + other.getClass().getSimpleName();
      default -> e.getMessage() == null ? e.toString() : e.getMessage();
    };
  }
}
