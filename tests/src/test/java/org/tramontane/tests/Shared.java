package org.tramontane.tests;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// The folder of real weights, tokenizers, data and reference answers that some tests read where it lies.
///
/// It is named by the system property `tramontane.shared`, by default `../shared` beside the project. A test that needs
/// it and does not find it is skipped with one line on standard output; `.ci/run` fails if that line appears.
public final class Shared {
  /// What `.ci/run` looks for in the tests' output.
  static final String ABSENT = "SHARED DATA ABSENT";

  private Shared() {}

  /// The file or folder at `relative` below the shared folder; skips the calling test where it is absent.
  public static Path path(String relative) {
    Path path =
        Path.of(System.getProperty("tramontane.shared", "../shared")).resolve(relative).normalize();
    if (!Files.exists(path)) {
      System.out.println(ABSENT + ": " + path.toAbsolutePath());
      Assumptions.abort("not there: " + path.toAbsolutePath());
    }
    return path;
  }
}
