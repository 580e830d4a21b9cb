package org.tramontane.tests.conformance;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.Kernels;
import org.tramontane.tests.reference.ReferenceKernels;

/// What the tests of single kernels share: a backend under test and the reference. A failure names the case and its seed.
@ExtendWith(SeedOnFailure.class)
@ParameterizedClass
@MethodSource("org.tramontane.tests.conformance.Candidate#all")
abstract class KernelTest {
  /// Around the lengths of vectors (4, 8, 16) and of tiles.
  static final int[] SIZES = {1, 3, 4, 6, 8, 13, 16, 17, 31, 33, 64, 65, 100};

  @Parameter Candidate candidate;

  Backend backend;
  Kernels kernels;
  final Kernels reference = new ReferenceKernels();

  @SuppressWarnings("NullAway.Init") // JUnit sets them before each test
  KernelTest() {}

  @BeforeEach
  void open() {
    backend = candidate.create();
    kernels = backend.kernels();
  }

  @AfterEach
  void close() {
    backend.close();
  }
}
