package org.tramontane.tensor;

/// A mistake in what the user gave: a path, a file's content, an option.
///
/// The message is one line that names the place, the value and what to do about it. The command line prints it alone and
/// ends with exit code 2; the stack trace is shown only under `--verbose`.
public final class UserError extends RuntimeException {
  /// An error with a message for the user.
  public UserError(String message) {
    super(message);
  }

  /// An error with a message for the user and what caused it.
  public UserError(String message, Throwable cause) {
    super(message, cause);
  }
}
