package org.tramontane.transformer;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Chooses the tokens of one sequence.
@FunctionalInterface
interface TokenChooser {
  /// The next token.
  ///
  /// @param row the sequence's among the logits
  /// @throws ArithmeticException if a logit of the row is NaN
  int choose(Logits logits, int row);

  /// The chooser for the sequence with this index.
  static TokenChooser of(Sampler sampler, int sequence) {
    return switch (sampler) {
      case Sampler.Greedy greedy -> Logits::largest;
      case Sampler.Sampling sampling -> new Draw(sampling, sequence);
    };
  }

  /// Draws, on the host, from what the warpers leave. Sorted by probability, each of them keeps a prefix.
  final class Draw implements TokenChooser {
    private final Sampler.Sampling options;
    private final SplittableRandom random;
    private double[] weights = new double[0];
    private int[] ids = new int[0];

    Draw(Sampler.Sampling options, int sequence) {
      this.options = options;
      this.random = new SplittableRandom(mix(options.seed() + mix(sequence + 1L)));
    }

    @Override
    public int choose(Logits logits, int row) {
      int kept = weigh(logits.row(row));
      kept = topK(kept);
      kept = topP(kept);
      kept = minP(kept);
      return draw(kept);
    }

    /// Fills `ids` and `weights`, proportional to the probabilities at the temperature, the largest first where a
    /// warper needs that.
    private int weigh(float[] logits) {
      int vocabulary = logits.length;
      if (ids.length != vocabulary) {
        ids = new int[vocabulary];
        weights = new double[vocabulary];
      }
      boolean sorted = options.topK() > 0 || options.topP() < 1 || options.minP() > 0;
      int[] order = sorted ? descending(logits) : identity(vocabulary);
      double largest = sorted ? logits[order[0]] : largest(logits);
      for (int i = 0; i < vocabulary; i++) {
        ids[i] = order[i];
        weights[i] = StrictMath.exp((logits[order[i]] - largest) / options.temperature());
      }
      return vocabulary;
    }

    /// The k largest, and whatever equals the smallest of them.
    private int topK(int kept) {
      int k = options.topK();
      if (k == 0 || k >= kept) {
        return kept;
      }
      int end = k;
      while (end < kept && weights[end] == weights[k - 1]) {
        end++;
      }
      return end;
    }

    /// As many as it takes for their probability to reach p.
    private int topP(int kept) {
      if (options.topP() == 1) {
        return kept;
      }
      double wanted = options.topP() * sum(kept);
      double reached = 0;
      int end = 0;
      while (end < kept && (end == 0 || reached < wanted)) {
        reached += weights[end++];
      }
      return end;
    }

    /// Those at least min-p times as probable as the first.
    private int minP(int kept) {
      int end = kept;
      while (end > 1 && weights[end - 1] < options.minP() * weights[0]) {
        end--;
      }
      return end;
    }

    private int draw(int kept) {
      double target = random.nextDouble() * sum(kept);
      int last = 0;
      for (int i = 0; i < kept; i++) {
        if (weights[i] > 0) {
          last = i;
          target -= weights[i];
          if (target < 0) {
            break;
          }
        }
      }
      return ids[last];
    }

    private double sum(int kept) {
      double sum = 0;
      for (int i = 0; i < kept; i++) {
        sum += weights[i];
      }
      return sum;
    }

    private static float largest(float[] logits) {
      float largest = Float.NEGATIVE_INFINITY;
      for (int id = 0; id < logits.length; id++) {
        requireNumber(logits[id], id);
        largest = Math.max(largest, logits[id]);
      }
      return largest;
    }

    private static void requireNumber(float logit, int id) {
      if (Float.isNaN(logit)) {
        throw Logits.notANumber(id);
      }
    }

    private static int[] identity(int vocabulary) {
      int[] order = new int[vocabulary];
      Arrays.setAll(order, i -> i);
      return order;
    }

    /// Token ids by descending logit, equals by ascending id: sorts primitive keys of logit and id.
    private static int[] descending(float[] logits) {
      long[] keys = new long[logits.length];
      for (int id = 0; id < keys.length; id++) {
        requireNumber(logits[id], id);
        int bits = Float.floatToRawIntBits(logits[id] + 0f); // + 0 turns -0 into 0
        int ascending = bits ^ ((bits >> 31) & 0x7fff_ffff);
        keys[id] = ((long) ~ascending << 32) | id;
      }
      Arrays.sort(keys);
      int[] order = new int[keys.length];
      Arrays.setAll(order, i -> (int) keys[i]);
      return order;
    }

    /// A bijection that scatters neighbouring seeds, so that no two streams overlap (Stafford's mix 13, as SplittableRandom
    /// uses it; Steele, Lea and Flood 2014).
    private static long mix(long z) {
      long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
      return b ^ (b >>> 31);
    }
  }
}
