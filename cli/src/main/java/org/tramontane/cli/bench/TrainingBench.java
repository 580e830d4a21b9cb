package org.tramontane.cli.bench;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.tramontane.spac.loss.DpoLoss;
import org.tramontane.spac.loss.LossTerms;
import org.tramontane.spac.loss.SequenceLogProbs;
import org.tramontane.tensor.AdamWStep;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.Backends;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.cpu.CpuCeilings;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.ModelParameters;
import org.tramontane.transformer.TokenBatch;
import org.tramontane.transformer.TrainingPass;

/// Times a DPO training step, of all weights in F32 or of an adapter: forward and backward of chosen and rejected, gradient norm, AdamW; the reference's
/// log-probabilities are given.
/// [ModelShape#trainingFlops] says what counts as work.
public final class TrainingBench implements AutoCloseable {

  /// Seconds of the parts of a step.
  public record Times(double forward, double backward, double optimizer) {
    /// Of the whole step.
    public double total() {
      return forward + backward + optimizer;
    }
  }

  private static final int WARM_UP_STEPS = 3;
  private static final int STEPS = 7;

  private final ModelShape shape;
  private final Backend backend;
  private final Arena arena = Arena.ofShared();
  private final ModelParameters gradients;
  private final List<Tensor> parameters;
  private final List<Tensor> gradientOf;
  private final List<Tensor> firstMoment;
  private final List<Tensor> secondMoment;
  private final TrainingPass pass;
  private final TokenBatch batch;
  private final int[] rows;
  private double[] reference = new double[0];
  private long steps;

  /// A random model of that shape.
  public TrainingBench(ModelShape shape, Backend backend) {
    this(shape, backend, arena -> shape.trained(backend, arena));
  }

  /// A model of that shape, which `modelIn` makes in the arena that it gets.
  TrainingBench(ModelShape shape, Backend backend, Function<Arena, MistralModel> modelIn) {
    this.shape = shape;
    this.backend = backend;
    MistralModel model = modelIn.apply(arena);
    ModelParameters trained = model.trainable();
    this.gradients = trained.zerosLike(arena);
    this.parameters = List.copyOf(trained.byName().values());
    this.gradientOf = List.copyOf(gradients.byName().values());
    this.firstMoment = List.copyOf(trained.zerosLike(arena).byName().values());
    this.secondMoment = List.copyOf(trained.zerosLike(arena).byName().values());
    this.pass = new TrainingPass(model);
    SplittableRandom random = new SplittableRandom(2);
    List<int[]> sequences = new ArrayList<>();
    for (int i = 0; i < 2 * shape.pairs(); i++) {
      sequences.add(random.ints(shape.sequence(), 0, shape.config().vocabSize()).toArray());
    }
    this.batch = TokenBatch.of(sequences);
    this.rows = batch.predictingRows();
  }

  /// One step. Each part ends when the device is done with it; the forward pass does so by itself, as its results are read.
  public Times step() {
    long start = System.nanoTime();
    float[] logProbs = pass.forward(batch, rows);
    long forward = System.nanoTime();
    float[] dLogProb = new float[logProbs.length];
    double loss = dpo(logProbs, dLogProb);
    gradients.clear();
    pass.backward(dLogProb, gradients);
    backend.synchronize();
    long backward = System.nanoTime();
    Kernels kernels = backend.kernels();
    double squares = 0;
    for (Tensor gradient : gradients.byName().values()) {
      squares += kernels.sumOfSquares(gradient);
    }
    float clip = (float) Math.min(1, 1 / (Math.sqrt(squares) + 1e-6));
    AdamWStep step = new AdamWStep(++steps, 1e-5, 0.9, 0.999, 1e-8, 0.01);
    for (int i = 0; i < parameters.size(); i++) {
      kernels.adamW(
          parameters.get(i),
          gradientOf.get(i),
          firstMoment.get(i),
          secondMoment.get(i),
          step,
          clip);
    }
    backend.synchronize();
    long end = System.nanoTime();
    if (!Double.isFinite(loss)) {
      throw new IllegalStateException("the loss is " + loss + " at step " + steps);
    }
    return new Times(
        (forward - start) * 1e-9, (backward - forward) * 1e-9, (end - backward) * 1e-9);
  }

  /// Even sequences are chosen, odd ones rejected; the reference is the model before its first step.
  ///
  /// @param gradient `=` d(loss)/d(log-probability) of each row
  /// @return the loss
  private double dpo(float[] logProbs, float[] gradient) {
    int length = logProbs.length / (2 * shape.pairs());
    double[] sums = new double[2 * shape.pairs()];
    for (int i = 0; i < logProbs.length; i++) {
      sums[i / length] += logProbs[i];
    }
    if (reference.length == 0) {
      reference = sums;
    }
    DpoLoss loss = new DpoLoss(0.1, 0);
    double total = 0;
    for (int pair = 0; pair < shape.pairs(); pair++) {
      int chosen = 2 * pair;
      LossTerms terms =
          loss.at(
              new SequenceLogProbs(sums[chosen], sums[chosen + 1], 0),
              new SequenceLogProbs(reference[chosen], reference[chosen + 1], 0));
      total += terms.loss() / shape.pairs();
      float perChosen = (float) (terms.gradient().chosen() / shape.pairs());
      float perRejected = (float) (terms.gradient().rejected() / shape.pairs());
      Arrays.fill(gradient, chosen * length, (chosen + 1) * length, perChosen);
      Arrays.fill(gradient, (chosen + 1) * length, (chosen + 2) * length, perRejected);
    }
    return total;
  }

  /// Runs the cases, each step beside a direct call of `cblas_sgemm` at 512 x 4096 x 4096.
  ///
  /// @throws UserError if there is no OpenBLAS to compare with
  static List<TrainingMeasurement> run(int threads, boolean quick) {
    List<TrainingMeasurement> table = new ArrayList<>();
    try (Backend backend = Backends.create("cpu", BackendOptions.threads(threads));
        CpuCeilings ceilings = new CpuCeilings(threads)) {
      ceilings
          .sgemmUnavailableBecause()
          .ifPresent(
              reason -> {
                throw new UserError("no OpenBLAS to compare with: " + reason);
              });
      for (ModelShape shape :
          quick ? List.of(ModelShape.tiny()) : List.of(ModelShape.small(), ModelShape.medium())) {
        try (TrainingBench bench = new TrainingBench(shape, backend)) {
          table.add(bench.measure(ceilings, quick ? 2 : STEPS));
        }
      }
    }
    return table;
  }

  private TrainingMeasurement measure(CpuCeilings ceilings, int count) {
    Tensor a = Tensor.allocate(arena, 512, 4096).fill(0.5f);
    Tensor b = Tensor.allocate(arena, 4096, 4096).fill(0.25f);
    Tensor c = Tensor.allocate(arena, 512, 4096);
    requireLn2();
    for (int i = 0; i < WARM_UP_STEPS; i++) {
      step();
    }
    List<Times> times = new ArrayList<>();
    double[] peaks = new double[count];
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      ceilings.sgemm(a, b, c);
      peaks[i] = 2.0 * 512 * 4096 * 4096 / (System.nanoTime() - start);
      CpuCeilings.settle();
      times.add(step());
    }
    Arrays.sort(peaks);
    times.sort(Comparator.comparingDouble(Times::total));
    return new TrainingMeasurement(shape, times.get(count / 2), peaks[count / 2]);
  }

  /// Before anything is timed: the first loss must be the one that mathematics asks for.
  ///
  /// @throws IllegalStateException if it is not
  public void requireLn2() {
    float[] logProbs = pass.forward(batch, rows);
    double loss = dpo(logProbs, new float[logProbs.length]);
    if (!(Math.abs(loss - Math.log(2)) < 1e-6)) {
      throw new IllegalStateException("the first DPO loss is " + loss + " instead of ln 2");
    }
  }

  @Override
  public void close() {
    pass.close();
    arena.close();
  }
}
