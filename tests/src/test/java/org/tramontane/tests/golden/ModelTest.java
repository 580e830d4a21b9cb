package org.tramontane.tests.golden;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.tramontane.tensor.Backend;
import org.tramontane.tests.Shared;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;

/// What the tests of whole models share: a backend, and memory that ends with the test.
@ParameterizedClass
@MethodSource("org.tramontane.tests.golden.Engine#all")
abstract class ModelTest {
  /// What design.md allows F32 logits and log-probabilities.
  static final double LOGIT_TOLERANCE = 1e-4;

  @Parameter Engine engine;

  Backend backend;
  Arena arena;

  @SuppressWarnings("NullAway.Init") // JUnit sets them before each test
  ModelTest() {}

  @SuppressWarnings("MustBeClosedChecker") // close() does
  @BeforeEach
  void open() {
    backend = engine.create();
    arena = Arena.ofShared();
  }

  @AfterEach
  void close() {
    backend.close();
    arena.close();
  }

  /// The checkpoint at `relative` below the shared folder, as it is stored.
  MistralModel model(String relative) {
    return model(Shared.path(relative));
  }

  MistralModel model(Path dir) {
    return new MistralModel(MistralWeights.open(dir, arena), backend);
  }
}
