package org.tramontane.tensor.cpu.internal;

import jdk.incubator.vector.FloatVector;
import org.tramontane.tensor.AdamWStep;
import org.tramontane.tensor.Tensor;

/// One step of AdamW in one pass over parameter, gradient and moments.
public final class AdamW {
  private static final long GRAIN = 1 << 14;

  private AdamW() {}

  /// The factors of a step, computed in F64.
  private record Factors(
      float gradScale,
      float decay,
      float beta1,
      float rest1,
      float beta2,
      float rest2,
      float correction1,
      float correction2,
      float learningRate,
      float eps) {
    static Factors of(AdamWStep step, float gradScale) {
      return new Factors(
          gradScale,
          (float) (1 - step.learningRate() * step.weightDecay()),
          (float) step.beta1(),
          (float) (1 - step.beta1()),
          (float) step.beta2(),
          (float) (1 - step.beta2()),
          (float) (1 / (1 - Math.pow(step.beta1(), (double) step.step()))),
          (float) (1 / (1 - Math.pow(step.beta2(), (double) step.step()))),
          (float) step.learningRate(),
          (float) step.eps());
    }
  }

  /// Updates `param`, `m` and `v`.
  public static void run(
      Threads threads,
      Tensor param,
      Tensor grad,
      Tensor m,
      Tensor v,
      AdamWStep step,
      float gradScale) {
    Factors factors = Factors.of(step, gradScale);
    long pp = param.data().address();
    long pg = grad.data().address();
    long pm = m.data().address();
    long pv = v.data().address();
    threads.split(
        param.elements(),
        GRAIN,
        (worker, from, to) -> {
          long o = 4 * from;
          update(pp + o, pg + o, pm + o, pv + o, factors, to - from);
        });
  }

  private static void update(long p, long g, long m, long v, Factors f, long n) {
    FloatVector gradScale = Lanes.broadcast(f.gradScale());
    FloatVector decay = Lanes.broadcast(f.decay());
    FloatVector beta1 = Lanes.broadcast(f.beta1());
    FloatVector rest1 = Lanes.broadcast(f.rest1());
    FloatVector beta2 = Lanes.broadcast(f.beta2());
    FloatVector rest2 = Lanes.broadcast(f.rest2());
    FloatVector rate = Lanes.broadcast(f.learningRate() * f.correction1());
    FloatVector correction2 = Lanes.broadcast(f.correction2());
    FloatVector eps = Lanes.broadcast(f.eps());
    long bound = Lanes.bound(n);
    for (long i = 0; i < bound; i += Lanes.COUNT) {
      long o = 4 * i;
      FloatVector grad = Lanes.load(g + o).mul(gradScale);
      FloatVector first = Lanes.load(m + o).mul(beta1).add(grad.mul(rest1));
      FloatVector second = Lanes.load(v + o).mul(beta2).add(grad.mul(grad).mul(rest2));
      FloatVector step = first.mul(rate).div(second.mul(correction2).sqrt().add(eps));
      Lanes.store(m + o, first);
      Lanes.store(v + o, second);
      Lanes.store(p + o, Lanes.load(p + o).mul(decay).sub(step));
    }
    for (long i = bound; i < n; i++) {
      long o = 4 * i;
      float grad = Lanes.get(g + o) * f.gradScale();
      float first = Lanes.get(m + o) * f.beta1() + grad * f.rest1();
      float second = Lanes.get(v + o) * f.beta2() + grad * grad * f.rest2();
      float step =
          first
              * (f.learningRate() * f.correction1())
              / ((float) Math.sqrt(second * f.correction2()) + f.eps());
      Lanes.set(m + o, first);
      Lanes.set(v + o, second);
      Lanes.set(p + o, Lanes.get(p + o) * f.decay() - step);
    }
  }
}
