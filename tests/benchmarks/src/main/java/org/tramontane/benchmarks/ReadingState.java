package org.tramontane.benchmarks;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.tramontane.cli.bench.ModelShape;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.Tensor;
import org.tramontane.tests.reference.ReferenceBackend;
import org.tramontane.transformer.InferencePass;
import org.tramontane.transformer.KvCache;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import org.tramontane.transformer.TokenBatch;

/// A model that reads and generates, with a prompt of 512 tokens in its cache.
@State(Scope.Benchmark)
public class ReadingState {
  static final int PROMPT = 512;
  private static final int CHECKED = 4;
  private static final double TOLERANCE = 1e-3;

  @Param({"cpu", "nd4j"})
  private String backend;

  @Param({"tiny", "S", "7b-layer"})
  private String model;

  private Arena arena;
  private Backend computing;
  private MistralWeights weights;
  private InferencePass pass;
  private KvCache cache;
  private int[] prompt;

  /// JMH sets the fields.
  @SuppressWarnings("NullAway.Init")
  public ReadingState() {}

  /// Makes the model, and compares its logits with the reference's.
  @SuppressWarnings("MustBeClosedChecker") // close() does
  @Setup(Level.Trial)
  public void open() {
    arena = Arena.ofShared();
    computing = Defaults.backend(backend);
    ModelShape shape = ModelShape.named(model);
    weights = MistralWeights.random(shape.config(), 1, arena).storedAs(shape.weights(), arena);
    prompt = new SplittableRandom(2).ints(PROMPT, 0, shape.config().vocabSize()).toArray();
    pass = new InferencePass(new MistralModel(weights, computing));
    cache = new KvCache(shape.config(), 1, PROMPT + 1);
    check();
    if (read() < 0) {
      throw new IllegalStateException("a logit of " + model + " on " + backend + " is NaN");
    }
  }

  /// The logits after a short prompt, all at once and with its last token decoded, are the reference's.
  private void check() {
    int[] begin = Arrays.copyOf(prompt, CHECKED - 1);
    int[] whole = Arrays.copyOf(prompt, CHECKED);
    try (Backend reference = new ReferenceBackend();
        InferencePass plain = new InferencePass(new MistralModel(weights, reference));
        KvCache plainCache = new KvCache(weights.config(), 1, CHECKED)) {
      float[] expected = plain.prefill(TokenBatch.of(whole), new int[] {0}, plainCache).toArray();
      require("prefill", pass.prefill(TokenBatch.of(whole), new int[] {0}, cache), expected);
      pass.prefill(TokenBatch.of(begin), new int[] {0}, cache);
      require(
          "decode",
          pass.decode(
              new int[] {whole[CHECKED - 1]}, new int[] {0}, new int[] {CHECKED - 1}, cache),
          expected);
    }
  }

  private void require(String what, Tensor logits, float[] expected) {
    double squares = 0;
    for (float logit : expected) {
      squares += (double) logit * logit;
    }
    double allowed = TOLERANCE * Math.sqrt(squares / expected.length);
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(logits.get(i) - expected[i]) <= allowed)) {
        throw new IllegalStateException(
            "%s on %s: logit %d is %s, the reference says %s; nothing is timed"
                .formatted(what, backend, i, logits.get(i), expected[i]));
      }
    }
  }

  /// Frees.
  @TearDown(Level.Trial)
  public void close() {
    cache.close();
    pass.close();
    computing.close();
    arena.close();
  }

  /// Reads the prompt into the cache; the token with the largest logit after it.
  int read() {
    return largest(pass.prefill(TokenBatch.of(prompt), new int[] {0}, cache));
  }

  /// The token after it; the one with the largest logit after that.
  int decode() {
    return largest(pass.decode(new int[] {prompt[0]}, new int[] {0}, new int[] {PROMPT}, cache));
  }

  /// It is on the host, so the pass has ended on the device.
  private int largest(Tensor logits) {
    return computing.kernels().argMax(logits)[0];
  }

  double readingFlops() {
    return ModelShape.named(model).readingFlops(PROMPT, 1);
  }

  /// Weights but the embedding, and the cache.
  double decodingBytes() {
    long cached =
        2L
            * Float.BYTES
            * PROMPT
            * weights.config().keyValueWidth()
            * weights.config().numHiddenLayers();
    return (double) (weights.bytes() - weights.embedTokens().byteSize() + cached);
  }
}
