package org.tramontane.tensor.nd4j.internal;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.tramontane.tensor.AdamWStep;
import org.tramontane.tensor.Tensor;

/// Kernels that treat each element by itself, and the sum of squares.
public final class Elementwise {
  /// Above it sigmoid(x) is 1 in F32, and exp(x) still far from overflow.
  private static final double SATURATED = 80;

  private final Memory memory;
  private final Scratch.Slot sigmoid;
  private final Scratch.Slot other;
  private final Scratch.Slot doubles;

  /// Element-wise kernels on `memory`.
  public Elementwise(Memory memory, Scratch scratch) {
    this.memory = memory;
    sigmoid = scratch.slot();
    other = scratch.slot();
    doubles = scratch.slot(DataType.DOUBLE);
  }

  /// `y += x`.
  public void add(Tensor x, Tensor y) {
    if (x.elements() > 0) {
      INDArray target = all(y);
      Ops.add(target, all(x), target);
    }
  }

  /// `out = silu(gate) * up`.
  public void swiGlu(Tensor gate, Tensor up, Tensor out) {
    forBlocks(
        out,
        (from, n) -> {
          INDArray g = part(gate, from, n);
          INDArray s = sigmoid(g);
          Ops.multiply(s, g, s);
          Ops.multiply(s, part(up, from, n), part(out, from, n));
        });
  }

  /// `dGate = dOut * up * s * (1 + gate * (1 - s))`, `dUp = dOut * gate * s`.
  public void swiGluBackward(Tensor dOut, Tensor gate, Tensor up, Tensor dGate, Tensor dUp) {
    forBlocks(
        dOut,
        (from, n) -> {
          INDArray d = part(dOut, from, n);
          INDArray g = part(gate, from, n);
          INDArray s = sigmoid(g);
          INDArray t = other.vector(n);
          Ops.subtractFrom(1, s, t);
          Ops.multiply(t, g, t);
          Ops.add(t, 1, t);
          Ops.multiply(t, s, t);
          Ops.multiply(t, part(up, from, n), t);
          Ops.multiply(s, g, s);
          Ops.multiply(s, d, s);
          // Outputs may lie where inputs do: nothing is written before all have been read.
          Ops.multiply(t, d, part(dGate, from, n));
          Ops.copy(s, part(dUp, from, n));
        });
  }

  /// `e / (1 + e)` with `e = exp(min(x, 80))`: exact for small values too, which `1 / (1 + exp(-x))` loses to an
  /// overflow.
  private INDArray sigmoid(INDArray x) {
    INDArray e = sigmoid.vector(x.length());
    INDArray below = other.vector(x.length());
    Ops.min(x, SATURATED, e);
    Ops.exp(e, e);
    Ops.add(e, 1, below);
    Ops.divide(e, below, e);
    return e;
  }

  /// One step of AdamW.
  public void adamW(
      Tensor param, Tensor grad, Tensor m, Tensor v, AdamWStep step, float gradScale) {
    double correction1 = 1 - Math.pow(step.beta1(), (double) step.step());
    double correction2 = 1 - Math.pow(step.beta2(), (double) step.step());
    double decay = 1 - step.learningRate() * step.weightDecay();
    forBlocks(
        param,
        (from, n) -> {
          INDArray p = part(param, from, n);
          INDArray first = part(m, from, n);
          INDArray second = part(v, from, n);
          INDArray g = sigmoid.vector(n);
          INDArray t = other.vector(n);
          Ops.scale(part(grad, from, n), gradScale, g);
          Ops.scale(first, step.beta1(), first);
          Ops.scale(g, 1 - step.beta1(), t);
          Ops.add(first, t, first);
          Ops.multiply(g, g, g);
          Ops.scale(g, 1 - step.beta2(), g);
          Ops.scale(second, step.beta2(), second);
          Ops.add(second, g, second);
          Ops.scale(second, 1 / correction2, g);
          Ops.sqrt(g, g);
          Ops.add(g, step.eps(), g);
          Ops.scale(first, step.learningRate() / correction1, t);
          Ops.divide(t, g, t);
          if (decay != 1) {
            Ops.scale(p, decay, p);
          }
          Ops.subtract(p, t, p);
        });
  }

  /// The sum of the squares of all elements, in F64.
  public double sumOfSquares(Tensor x) {
    double[] sum = {0};
    forBlocks(
        x,
        (from, n) -> {
          INDArray wide = doubles.vector(n);
          Ops.copy(part(x, from, n), wide);
          sum[0] += Ops.dot(wide, wide);
        });
    return sum[0];
  }

  private interface Block {
    void run(long from, long n);
  }

  private static void forBlocks(Tensor x, Block block) {
    for (long from = 0; from < x.elements(); from += Scratch.BLOCK) {
      block.run(from, Math.min(Scratch.BLOCK, x.elements() - from));
    }
  }

  private INDArray all(Tensor x) {
    return part(x, 0, x.elements());
  }

  private INDArray part(Tensor x, long from, long n) {
    return memory.of(x).vector(from, n);
  }
}
