package org.tramontane.tensor;

/// An error that the user causes and can mend: a wrong path, a broken file, a bad value.
///
/// The message is one line that names the file, the key, line or tensor, the value and what to do. The command line
/// prints it and exits with code 2; programming mistakes are [IllegalArgumentException]s instead.
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UserError(String message) {
    super(message);
  }

  public UserError(String message, Throwable cause) {
    super(message, cause);
  }
}
