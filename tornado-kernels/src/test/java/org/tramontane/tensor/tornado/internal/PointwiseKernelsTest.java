package org.tramontane.tensor.tornado.internal;

import static org.tramontane.tensor.tornado.internal.OnDevice.assertClose;
import static org.tramontane.tensor.tornado.internal.OnDevice.normal;
import static org.tramontane.tensor.tornado.internal.OnDevice.poisoned;
import static org.tramontane.tensor.tornado.internal.OnDevice.task;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

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
}
