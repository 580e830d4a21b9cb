package org.tramontane.cli.bench;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Consumer;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.Backends;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;

/// What the short form of `tramontane bench` is asked to measure.
///
/// @param names of backends, to run side by side
/// @param threads of each
/// @param models checkpoint folders
/// @param shapes built-in ones
/// @param warmUpSeconds how long each test runs before anything counts
/// @param repetitions that count
/// @param promptTokens of `pp`
/// @param newTokens of `tg`
/// @param training whether to train too
record SpeedPlan(
    List<String> names,
    int threads,
    List<Path> models,
    List<ModelShape> shapes,
    double warmUpSeconds,
    int repetitions,
    int promptTokens,
    int newTokens,
    boolean training) {

  /// Opens the backends.
  ///
  /// @throws UserError if one can't run here, or is named twice
  List<Backend> open(Consumer<String> progress) {
    if (new LinkedHashSet<>(names).size() < names.size()) {
      throw new UserError("--backend " + String.join(",", names) + ": name each once");
    }
    List<Backend> backends = new ArrayList<>();
    for (String name : names) {
      try {
        Backends.Choice choice = Backends.choose(name, BackendOptions.threads(threads));
        if (name.equals(Backends.AUTO)) {
          progress.accept("backend auto: " + choice.backend().name() + ", " + choice.reason());
        }
        backends.add(choice.backend());
      } catch (IllegalArgumentException | IllegalStateException e) {
        backends.forEach(Backend::close);
        throw new UserError("--backend " + name + ": " + e.getMessage(), e);
      }
    }
    return backends;
  }

  /// Measures all models.
  List<SpeedResult> measure(List<Backend> backends, Consumer<String> progress) {
    SpeedBench bench =
        new SpeedBench(backends, warmUpSeconds, repetitions, promptTokens, newTokens, progress);
    List<SpeedResult> results = new ArrayList<>();
    for (Path folder : models) {
      progress.accept(folder + " ...");
      try (Arena arena = Arena.ofShared()) {
        MistralWeights weights = MistralWeights.open(folder, arena);
        DType dtype = weights.layer(0).qProj().dtype();
        ModelShape shape =
            ModelShape.of(String.valueOf(folder.getFileName()), weights.config(), dtype);
        results.addAll(bench.inference(shape, weights));
        if (training) {
          results.addAll(
              bench.training(shape, (backend, in) -> new MistralModel(weights.toF32(in), backend)));
        }
      }
    }
    for (ModelShape shape : shapes) {
      progress.accept(shape.name() + " ...");
      try (Arena arena = Arena.ofShared()) {
        results.addAll(bench.inference(shape, shape.weights(arena)));
      }
      if (training) {
        results.addAll(bench.training(shape, shape::trained));
      }
    }
    return results;
  }
}
