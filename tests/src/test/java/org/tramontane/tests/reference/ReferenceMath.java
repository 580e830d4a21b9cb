package org.tramontane.tests.reference;

import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.Sequences;

/// The mathematics of each kernel on `double[]`, as close to the formula as a loop can be.
///
/// Speed is no concern here, and nothing is shared with the code under test. Matrices are row-major. Because inputs and outputs are F64, finite
/// differences can confirm each derivative to many digits.
final class ReferenceMath {
  private ReferenceMath() {}

  /// c = alpha op(a) op(b) + beta c; op(a) is [m, k], op(b) is [k, n].
  static void matmul(
      double[] a,
      boolean transposeA,
      double[] b,
      boolean transposeB,
      double alpha,
      double beta,
      double[] c,
      int m,
      int n,
      int k) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int l = 0; l < k; l++) {
          sum += a[transposeA ? l * m + i : i * k + l] * b[transposeB ? j * k + l : l * n + j];
        }
        c[i * n + j] = alpha * sum + (beta == 0 ? 0 : beta * c[i * n + j]);
      }
    }
  }

  static void rmsNorm(double[] x, double[] weight, double eps, double[] out, double[] inverseRms) {
    int columns = weight.length;
    for (int i = 0; i < inverseRms.length; i++) {
      double squares = 0;
      for (int j = 0; j < columns; j++) {
        squares += x[i * columns + j] * x[i * columns + j];
      }
      inverseRms[i] = 1 / Math.sqrt(squares / columns + eps);
      for (int j = 0; j < columns; j++) {
        out[i * columns + j] = weight[j] * x[i * columns + j] * inverseRms[i];
      }
    }
  }

  /// dX and dWeight are added to.
  static void rmsNormBackward(
      double[] dOut,
      double[] x,
      double[] weight,
      double[] inverseRms,
      double[] dX,
      double[] dWeight) {
    int columns = weight.length;
    for (int i = 0; i < inverseRms.length; i++) {
      double r = inverseRms[i];
      double mean = 0;
      for (int j = 0; j < columns; j++) {
        mean += dOut[i * columns + j] * weight[j] * x[i * columns + j] / columns;
      }
      for (int j = 0; j < columns; j++) {
        int at = i * columns + j;
        dX[at] += r * (dOut[at] * weight[j] - x[at] * r * r * mean);
        dWeight[j] += dOut[at] * x[at] * r;
      }
    }
  }

  /// Rotates in place; cos and sin are [positions, headDim/2].
  static void rope(
      double[] x,
      int heads,
      int headDim,
      int[] positions,
      double[] cos,
      double[] sin,
      boolean inverse) {
    int half = headDim / 2;
    for (int t = 0; t < positions.length; t++) {
      for (int h = 0; h < heads; h++) {
        for (int m = 0; m < half; m++) {
          int low = (t * heads + h) * headDim + m;
          int high = low + half;
          double c = cos[positions[t] * half + m];
          double s = inverse ? -sin[positions[t] * half + m] : sin[positions[t] * half + m];
          double xLow = x[low];
          double xHigh = x[high];
          x[low] = xLow * c - xHigh * s;
          x[high] = xHigh * c + xLow * s;
        }
      }
    }
  }

  /// The first key that the query at position i sees.
  private static int firstKey(int i, int window) {
    return (int) Math.max(0L, (long) i - window + 1);
  }

  private static double dot(double[] a, int aFrom, double[] b, int bFrom, int length) {
    double sum = 0;
    for (int d = 0; d < length; d++) {
      sum += a[aFrom + d] * b[bFrom + d];
    }
    return sum;
  }

  static void attention(
      double[] q,
      double[] k,
      double[] v,
      Sequences sequences,
      AttentionShape shape,
      double[] out,
      double[] logSumExp) {
    int headDim = shape.headDim();
    double scale = 1 / Math.sqrt(headDim);
    for (int b = 0; b < sequences.count(); b++) {
      int start = sequences.offset(b);
      for (int i = 0; i < sequences.length(b); i++) {
        for (int h = 0; h < shape.heads(); h++) {
          int query = ((start + i) * shape.heads() + h) * headDim;
          int first = firstKey(i, shape.window());
          double[] scores = new double[i - first + 1];
          double max = Double.NEGATIVE_INFINITY;
          for (int j = first; j <= i; j++) {
            int key = ((start + j) * shape.kvHeads() + h / shape.group()) * headDim;
            scores[j - first] = scale * dot(q, query, k, key, headDim);
            max = Math.max(max, scores[j - first]);
          }
          double sum = 0;
          for (double score : scores) {
            sum += Math.exp(score - max);
          }
          logSumExp[(start + i) * shape.heads() + h] = max + Math.log(sum);
          for (int d = 0; d < headDim; d++) {
            double value = 0;
            for (int j = first; j <= i; j++) {
              value +=
                  Math.exp(scores[j - first] - max)
                      / sum
                      * v[((start + j) * shape.kvHeads() + h / shape.group()) * headDim + d];
            }
            out[query + d] = value;
          }
        }
      }
    }
  }

  /// dQ, dK and dV are added to.
  static void attentionBackward(
      double[] dOut,
      double[] q,
      double[] k,
      double[] v,
      double[] out,
      double[] logSumExp,
      Sequences sequences,
      AttentionShape shape,
      double[] dQ,
      double[] dK,
      double[] dV) {
    int headDim = shape.headDim();
    double scale = 1 / Math.sqrt(headDim);
    for (int b = 0; b < sequences.count(); b++) {
      int start = sequences.offset(b);
      for (int i = 0; i < sequences.length(b); i++) {
        for (int h = 0; h < shape.heads(); h++) {
          int query = ((start + i) * shape.heads() + h) * headDim;
          double outDotDOut = dot(out, query, dOut, query, headDim);
          for (int j = firstKey(i, shape.window()); j <= i; j++) {
            int key = ((start + j) * shape.kvHeads() + h / shape.group()) * headDim;
            double p =
                Math.exp(
                    scale * dot(q, query, k, key, headDim)
                        - logSumExp[(start + i) * shape.heads() + h]);
            double dScore = p * (dot(dOut, query, v, key, headDim) - outDotDOut) * scale;
            for (int d = 0; d < headDim; d++) {
              dV[key + d] += p * dOut[query + d];
              dQ[query + d] += dScore * k[key + d];
              dK[key + d] += dScore * q[query + d];
            }
          }
        }
      }
    }
  }

  private static double sigmoid(double x) {
    return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
  }

  static void swiGlu(double[] gate, double[] up, double[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = gate[i] * sigmoid(gate[i]) * up[i];
    }
  }

  static void swiGluBackward(
      double[] dOut, double[] gate, double[] up, double[] dGate, double[] dUp) {
    for (int i = 0; i < dOut.length; i++) {
      double s = sigmoid(gate[i]);
      dGate[i] = dOut[i] * up[i] * s * (1 + gate[i] * (1 - s));
      dUp[i] = dOut[i] * gate[i] * s;
    }
  }

  private static double[] logits(double[] x, int row, double[] head, int columns) {
    double[] logits = new double[head.length / columns];
    for (int id = 0; id < logits.length; id++) {
      logits[id] = dot(x, row * columns, head, id * columns, columns);
    }
    return logits;
  }

  static void tokenLogProb(
      double[] x, double[] head, int columns, int[] targets, double[] logProb, double[] logSumExp) {
    for (int i = 0; i < targets.length; i++) {
      double[] logits = logits(x, i, head, columns);
      double max = Double.NEGATIVE_INFINITY;
      for (double logit : logits) {
        max = Math.max(max, logit);
      }
      double sum = 0;
      for (double logit : logits) {
        sum += Math.exp(logit - max);
      }
      logSumExp[i] = max + Math.log(sum);
      logProb[i] = logits[targets[i]] - logSumExp[i];
    }
  }

  /// dX and dHead are added to.
  static void tokenLogProbBackward(
      double[] dLogProb,
      double[] x,
      double[] head,
      int columns,
      int[] targets,
      double[] logSumExp,
      double[] dX,
      double[] dHead) {
    for (int i = 0; i < targets.length; i++) {
      double[] logits = logits(x, i, head, columns);
      for (int id = 0; id < logits.length; id++) {
        double dLogit =
            dLogProb[i] * ((id == targets[i] ? 1 : 0) - Math.exp(logits[id] - logSumExp[i]));
        for (int c = 0; c < columns; c++) {
          dX[i * columns + c] += dLogit * head[id * columns + c];
          dHead[id * columns + c] += dLogit * x[i * columns + c];
        }
      }
    }
  }
}
