package org.tramontane.tests.conformance;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/// Adds to a failure the seed of the case that failed.
final class SeedOnFailure implements TestExecutionExceptionHandler {
  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    if (failure instanceof AssertionError error) {
      throw withSeed(error);
    }
    failure.addSuppressed(new IllegalStateException("in the case of " + Operands.newest()));
    throw failure;
  }

  /// The failure with the seed of this thread's newest case behind its message.
  static AssertionError withSeed(AssertionError failure) {
    return new AssertionError(failure.getMessage() + " [" + Operands.newest() + "]", failure);
  }
}
