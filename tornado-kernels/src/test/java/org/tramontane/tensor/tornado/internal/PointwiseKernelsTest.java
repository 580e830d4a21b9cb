package org.tramontane.tensor.tornado.internal;

import static org.tramontane.tensor.tornado.internal.OnDevice.assertClose;
import static org.tramontane.tensor.tornado.internal.OnDevice.normal;
import static org.tramontane.tensor.tornado.internal.OnDevice.poisoned;
import static org.tramontane.tensor.tornado.internal.OnDevice.task;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

class PointwiseKernelsTest {
  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Test
  void addition() {
    for (int size : OnDevice.SIZES) {
      FloatArray x = normal(size, size);
      FloatArray before = normal(size + 1, size);
      FloatArray y = normal(size + 1, size);
      OnDevice.run(graph -> graph.task(task(), Add::run, x, y), x, y);
      assertClose("y", y, i -> (double) before.get(i) + x.get(i));
    }
  }

  @Test
  void swiGlu() {
    for (int size : OnDevice.SIZES) {
      FloatArray gate = normal(size, size);
      FloatArray up = normal(size + 1, size);
      FloatArray out = poisoned(size);
      OnDevice.run(graph -> graph.task(task(), SwiGlu::forward, gate, up, out), gate, up, out);
      assertClose("out", out, i -> gate.get(i) * sigmoid(gate.get(i)) * up.get(i));
    }
  }

  @Test
  void swiGluOfExtremeGates() {
    FloatArray gate = FloatArray.fromElements(-1e4f, -200, -88, 0, 88, 200, 1e4f);
    FloatArray up = FloatArray.fromElements(1, 1, 1, 1, 1, 1, 1);
    FloatArray out = poisoned(7);
    OnDevice.run(graph -> graph.task(task(), SwiGlu::forward, gate, up, out), gate, up, out);
    assertClose("out", out, i -> gate.get(i) * sigmoid(gate.get(i)));
  }

  @Test
  void swiGluBackward() {
    for (int size : OnDevice.SIZES) {
      FloatArray dOut = normal(size, size);
      FloatArray gate = normal(size + 1, size);
      FloatArray up = normal(size + 2, size);
      FloatArray dGate = poisoned(size);
      FloatArray dUp = poisoned(size);
      OnDevice.run(
          graph -> graph.task(task(), SwiGlu::backward, dOut, gate, up, dGate, dUp),
          dOut,
          gate,
          up,
          dGate,
          dUp);
      assertClose(
          "dGate",
          dGate,
          i -> {
            double s = sigmoid(gate.get(i));
            return dOut.get(i) * up.get(i) * s * (1 + gate.get(i) * (1 - s));
          });
      assertClose("dUp", dUp, i -> dOut.get(i) * gate.get(i) * sigmoid(gate.get(i)));
    }
  }

  @Test
  void ropeThereAndBack() {
    int heads = 3;
    int half = 5;
    IntArray positions = IntArray.fromElements(0, 6, 2, 6);
    int size = positions.getSize() * heads * 2 * half;
    FloatArray cos = new FloatArray(7 * half);
    FloatArray sin = new FloatArray(7 * half);
    for (int i = 0; i < 7 * half; i++) {
      cos.set(i, (float) Math.cos(i));
      sin.set(i, (float) Math.sin(i));
    }
    FloatArray before = normal(1, size);
    FloatArray x = normal(1, size);
    for (float direction : new float[] {1, -1}) {
      OnDevice.run(
          graph -> graph.task(task(), Rope::run, x, positions, cos, sin, heads, half, direction),
          x,
          positions,
          cos,
          sin);
      if (direction == 1) {
        assertClose(
            "x",
            x,
            i -> {
              int m = i % half;
              int head = i / (2 * half);
              double angle = positions.get(head / heads) * half + m;
              double low = before.get(head * 2 * half + m);
              double high = before.get(head * 2 * half + half + m);
              return i % (2 * half) < half
                  ? low * Math.cos(angle) - high * Math.sin(angle)
                  : high * Math.cos(angle) + low * Math.sin(angle);
            });
      }
    }
    assertClose("x", x, before::get);
  }

  @Test
  void adamW() {
    for (int size : OnDevice.SIZES) {
      FloatArray before = normal(size, size);
      FloatArray param = normal(size, size);
      FloatArray grad = normal(size + 1, size);
      FloatArray m = normal(size + 2, size);
      FloatArray v = new FloatArray(size);
      v.init(0.5f);
      OnDevice.run(
          graph ->
              graph.task(
                  task(),
                  AdamW::run,
                  param,
                  grad,
                  m,
                  v,
                  0.5f,
                  0.9f,
                  0.1f,
                  0.99f,
                  0.01f,
                  0.999f,
                  0.02f,
                  3f,
                  1e-8f),
          param,
          grad,
          m,
          v);
      FloatArray first = normal(size + 2, size);
      assertClose("m", m, i -> 0.9 * first.get(i) + 0.1 * 0.5 * grad.get(i));
      assertClose("v", v, i -> 0.99 * 0.5 + 0.01 * 0.25 * grad.get(i) * grad.get(i));
      assertClose(
          "param",
          param,
          i -> before.get(i) * 0.999 - 0.02 * m.get(i) / (Math.sqrt(v.get(i)) * 3 + 1e-8));
    }
  }
}
