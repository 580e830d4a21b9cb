package org.tramontane.cli.bench;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import org.tramontane.cli.doctor.Machine;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.InferencePass;
import org.tramontane.transformer.KvCache;
import org.tramontane.transformer.MemoryUse;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import org.tramontane.transformer.TokenBatch;

/// Tokens per second of whole models, as llama-bench names its tests: `pp512` reads a prompt of 512 random tokens, `tg128`
/// generates 128 tokens one by one after a single one; `train` is a DPO step.
///
/// What is timed has ended, also where a kernel returns before the device is done with it: a prompt is read when the token with the
/// largest of its last logits is on the host, and so each generated token ends, as it does when greedy decoding generates. But the
/// next token is random whatever the logits say, so that all backends compute on the same tokens, be they rounded as they may;
/// warped distributions and draws, which are the host's, are left out. Backends take turns, repetition by repetition,
/// so that whatever slows the machine for a while slows all of them; only training runs backend by backend, since its memory
/// would not be there twice.
///
/// @param backends side by side
/// @param warmUpSeconds how long each test runs before anything counts; at least once
/// @param repetitions that count
/// @param promptTokens of `pp`
/// @param newTokens of `tg`
/// @param progress hears a line now and then
record SpeedBench(
    List<Backend> backends,
    double warmUpSeconds,
    int repetitions,
    int promptTokens,
    int newTokens,
    Consumer<String> progress) {
  private static final long LINE_NANOS = 3_000_000_000L;

  /// Beside what a backend of a device counts: milliseconds until the host had nothing left to do but wait; with
  /// the device's own time where each execution is waited for.
  private static final String HOST_MILLISECONDS = "host_ms";

  /// F32 logits of two backends may differ by this much of their root mean square.
  private static final double AGREEMENT = 1e-2;

  /// Reading and generating.
  ///
  /// @throws UserError if the model has no room for so many tokens
  List<SpeedResult> inference(ModelShape shape, MistralWeights weights) {
    MistralConfig config = weights.config();
    int longest = Math.max(promptTokens, newTokens + 1);
    if (longest > config.maxPositionEmbeddings()) {
      throw new UserError(
          "%s: max_position_embeddings = %d has no room for --prompt-tokens %d or --new-tokens %d"
              .formatted(shape.name(), config.maxPositionEmbeddings(), promptTokens, newTokens));
    }
    List<Session> sessions = new ArrayList<>();
    try {
      for (Backend backend : backends) {
        sessions.add(new Session(new MistralModel(weights, backend), longest));
      }
      int[] prompt = new SplittableRandom(1).ints(promptTokens, 0, config.vocabSize()).toArray();
      requireAgreement(shape, sessions, prompt);
      List<SpeedResult> results = new ArrayList<>();
      results.addAll(
          turns(
              shape,
              weights,
              new Test("pp" + promptTokens, promptTokens, shape.readingFlops(promptTokens, 1), 0),
              sessions,
              s -> s.read(prompt)));
      results.addAll(
          turns(
              shape,
              weights,
              new Test("tg" + newTokens, newTokens, 0, newTokens * (double) readPerToken(weights)),
              sessions,
              s -> s.generate(newTokens)));
      return results;
    } finally {
      sessions.forEach(Session::close);
    }
  }

  /// What is measured.
  ///
  /// @param flops of one repetition, or 0
  /// @param bytes of weights of one repetition, or 0
  private record Test(String name, long tokens, double flops, double bytes) {}

  /// Bytes of all weights but the embedding, of which a token reads a row.
  private static long readPerToken(MistralWeights weights) {
    return weights.byName().values().stream().mapToLong(Tensor::byteSize).sum()
        - weights.embedTokens().byteSize();
  }

  /// A model on a backend, with the memory that it computes in.
  private static final class Session implements AutoCloseable {
    private final MistralModel model;
    private final InferencePass pass;
    private final KvCache cache;
    private long hostNanos;

    Session(MistralModel model, int longest) {
      this.model = model;
      this.pass = new InferencePass(model);
      this.cache = new KvCache(model.config(), 1, longest);
    }

    String backend() {
      return model.backend().name();
    }

    Tensor logits(int[] prompt) {
      return pass.prefill(TokenBatch.of(prompt), new int[] {0}, cache);
    }

    /// Finds the token that greedy decoding takes. When it is on the host, whatever was asked of the device has ended.
    private void choose(Tensor logits) {
      if (model.backend().kernels().argMax(logits)[0] < 0) {
        throw new IllegalStateException("a logit on " + backend() + " is NaN");
      }
    }

    double read(int[] prompt) {
      long start = System.nanoTime();
      Tensor logits = logits(prompt);
      hostNanos += System.nanoTime() - start;
      choose(logits);
      return (System.nanoTime() - start) * 1e-9;
    }

    double generate(int count) {
      int[] ids = new SplittableRandom(2).ints(count + 1L, 0, model.config().vocabSize()).toArray();
      choose(logits(new int[] {ids[0]}));
      long start = System.nanoTime();
      for (int i = 1; i <= count; i++) {
        long before = System.nanoTime();
        Tensor logits = pass.decode(new int[] {ids[i]}, new int[] {0}, new int[] {i}, cache);
        hostNanos += System.nanoTime() - before;
        choose(logits);
      }
      return (System.nanoTime() - start) * 1e-9;
    }

    @Override
    public void close() {
      pass.close();
      cache.close();
    }
  }

  /// Before anything is timed: logits are numbers, and all backends say the same.
  private static void requireAgreement(ModelShape shape, List<Session> sessions, int[] prompt) {
    float[] first = sessions.getFirst().logits(prompt).toArray();
    double squares = 0;
    for (float logit : first) {
      squares += (double) logit * logit;
    }
    double rms = Math.sqrt(squares / first.length);
    for (Session session : sessions) {
      float[] logits = session.logits(prompt).toArray();
      for (int i = 0; i < logits.length; i++) {
        if (!(Math.abs(logits[i] - first[i]) <= AGREEMENT * rms)) {
          throw new IllegalStateException(
              "%s: logit %d of the prompt is %s on %s and %s on %s; nothing is timed"
                  .formatted(
                      shape.name(),
                      i,
                      logits[i],
                      session.backend(),
                      first[i],
                      sessions.getFirst().backend()));
        }
      }
    }
  }

  private List<SpeedResult> turns(
      ModelShape shape,
      MistralWeights weights,
      Test test,
      List<Session> sessions,
      ToDoubleFunction<Session> body) {
    List<List<Double>> seconds = new ArrayList<>();
    sessions.forEach(session -> seconds.add(new ArrayList<>()));
    for (Session session : sessions) {
      warmUp(() -> body.applyAsDouble(session));
    }
    List<Map<String, Long>> before =
        sessions.stream().map(session -> session.model.backend().counters()).toList();
    sessions.forEach(session -> session.hostNanos = 0);
    Meter meter = new Meter(shape.name() + " " + test.name());
    for (int i = 0; i < repetitions; i++) {
      for (int s = 0; s < sessions.size(); s++) {
        double time = body.applyAsDouble(sessions.get(s));
        seconds.get(s).add(time);
        meter.tell(
            i * sessions.size() + s + 1,
            repetitions * sessions.size(),
            sessions.get(s).backend(),
            test.tokens() / time);
      }
    }
    List<SpeedResult> results = new ArrayList<>();
    for (int s = 0; s < sessions.size(); s++) {
      long tokens = test.tokens() * repetitions;
      Map<String, Double> perToken =
          new TreeMap<>(perToken(before.get(s), sessions.get(s).model.backend(), tokens));
      if (!perToken.isEmpty()) {
        perToken.put(HOST_MILLISECONDS, sessions.get(s).hostNanos * 1e-6 / tokens);
      }
      results.add(
          new SpeedResult(
              shape.name(),
              parameters(weights.config()),
              weights.layer(0).qProj().dtype().toString(),
              test.name(),
              sessions.get(s).backend(),
              test.tokens(),
              List.copyOf(seconds.get(s)),
              test.flops(),
              test.bytes(),
              Collections.unmodifiableMap(perToken)));
    }
    return results;
  }

  /// DPO steps, or nothing where the memory is not there; the progress then says so.
  ///
  /// @param model makes what is trained on a backend in an arena
  List<SpeedResult> training(ModelShape shape, BiFunction<Backend, Arena, MistralModel> model) {
    long needed = trainingBytes(shape);
    long free = Machine.freeBytes();
    if (free >= 0 && needed > free) {
      progress.accept(
          String.format(
              Locale.ROOT,
              "%s train: left out, as it takes about %.1f GiB and %.1f GiB are free",
              shape.name(),
              needed / (double) (1L << 30),
              free / (double) (1L << 30)));
      return List.of();
    }
    List<SpeedResult> results = new ArrayList<>();
    for (Backend backend : backends) {
      try (TrainingBench bench =
          new TrainingBench(shape, backend, arena -> model.apply(backend, arena))) {
        bench.requireLn2();
        List<Double> seconds = new ArrayList<>();
        warmUp(() -> bench.step().total());
        Map<String, Long> before = backend.counters();
        Meter meter = new Meter(shape.name() + " train");
        for (int i = 0; i < repetitions; i++) {
          double time = bench.step().total();
          seconds.add(time);
          meter.tell(i + 1, repetitions, backend.name(), shape.tokens() / time);
        }
        results.add(
            new SpeedResult(
                shape.name(),
                parameters(shape.config()),
                shape.lora().map(lora -> shape.weights() + ", LoRA r = " + lora.r()).orElse("F32"),
                "train",
                backend.name(),
                shape.tokens(),
                List.copyOf(seconds),
                shape.trainingFlops(),
                0,
                perToken(before, backend, shape.tokens() * repetitions)));
      }
    }
    return results;
  }

  private static Map<String, Double> perToken(
      Map<String, Long> before, Backend backend, long tokens) {
    Map<String, Double> rates = new TreeMap<>();
    backend
        .counters()
        .forEach(
            (name, count) ->
                rates.put(name, (count - before.getOrDefault(name, 0L)) / (double) tokens));
    return Collections.unmodifiableMap(rates);
  }

  /// Until the JIT compiler has had its time.
  ///
  /// @param body tells its seconds
  private void warmUp(DoubleSupplier body) {
    double seconds = 0;
    do {
      seconds += body.getAsDouble();
    } while (seconds < warmUpSeconds);
  }

  private static long parameters(MistralConfig config) {
    return MemoryUse.trainable(config, Optional.empty()) / Float.BYTES;
  }

  /// Weights, gradients, two moments, and what a pass keeps.
  private static long trainingBytes(ModelShape shape) {
    int tokens = Math.toIntExact(shape.tokens());
    long stored = shape.lora().isPresent() ? MemoryUse.weights(shape.config(), shape.weights()) : 0;
    return stored
        + 4 * MemoryUse.trainable(shape.config(), shape.lora())
        + MemoryUse.training(shape.config(), shape.lora(), false, tokens, tokens);
  }

  /// Says how a test goes on, every few seconds.
  private final class Meter {
    private final String what;
    private final long start = System.nanoTime();
    private long last = start;

    Meter(String what) {
      this.what = what;
    }

    void tell(int done, int all, String backend, double rate) {
      long now = System.nanoTime();
      if (now - last > LINE_NANOS && done < all) {
        last = now;
        progress.accept(
            String.format(
                Locale.ROOT,
                "%s: %d of %d, %s %.1f tokens/s, %.0f s left",
                what,
                done,
                all,
                backend,
                rate,
                (now - start) * 1e-9 / done * (all - done)));
      }
    }
  }
}
