package org.tramontane.tensor.tornado.internal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.AdamWStep;
import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.RopeTable;
import org.tramontane.tensor.Sequences;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.tornado.internal.Launch.Grid;

/// [Kernels] on a [Device]: finds each operand's place there and launches.
///
/// [org.tramontane.tensor.internal.CheckedKernels] in front of it checks the operands.
public final class DeviceKernels implements Kernels {
  private static final float[] NO_REALS = {};
  private static final Grid ONE = new Grid(1, 1);

  private final Device device;

  /// Kernels on `device`.
  public DeviceKernels(Device device) {
    this.device = device;
  }

  private Operand in(Tensor tensor) {
    return Mirror.in(device, tensor);
  }

  private Operand out(Tensor tensor) {
    return Mirror.out(device, tensor);
  }

  private Operand inOut(Tensor tensor) {
    return Mirror.inOut(device, tensor);
  }

  /// A small weight as floats: itself, or widened into memory that the next call uses again.
  private Operand widened(Tensor weight) {
    if (weight.dtype() == DType.F32) {
      return in(weight);
    }
    Operand words = in(weight);
    Operand wide = device.scratch("widened", weight.elements());
    int[] ints = {size(weight.elements()), words.offset(), format(weight.dtype()), wide.offset()};
    device.launch(Kernel.WIDEN, weight.elements(), ints, NO_REALS, words.array());
    return wide;
  }

  /// What [Stored] calls a type.
  private int format(DType dtype) {
    int tables = device.tables().offset();
    return switch (dtype) {
      case F32 -> throw new IllegalArgumentException("F32 is not looked up");
      case F16 -> tables + Stored.F16;
      case BF16 -> tables + Stored.BF16;
      case Q8_0 -> -1 - tables;
    };
  }

  private static int size(long n) {
    return Math.toIntExact(n);
  }

  /// `numbers`, and `list` behind `at` places.
  private static int[] withList(int at, int[] list, int... numbers) {
    int[] ints = Arrays.copyOf(numbers, at + list.length);
    System.arraycopy(list, 0, ints, at, list.length);
    return ints;
  }

  @Override
  public void matmul(
      Tensor a,
      boolean transposeA,
      Tensor b,
      boolean transposeB,
      float alpha,
      float beta,
      Tensor c) {
    Operand result = beta == 0 ? null : inOut(c);
    product(
        in(a),
        size(a.columns()),
        transposeA,
        in(b),
        b.dtype(),
        size(b.columns()),
        transposeB,
        alpha,
        beta,
        result == null ? out(c) : result,
        size(c.rows()),
        size(c.columns()),
        size(transposeA ? a.rows() : a.columns()));
  }

  /// @param columnsA of a as it lies in memory
  /// @param columnsB of b as it lies in memory
  private void product(
      Operand a,
      int columnsA,
      boolean transposeA,
      Operand b,
      DType dtype,
      int columnsB,
      boolean transposeB,
      float alpha,
      float beta,
      Operand c,
      int m,
      int n,
      int k) {
    int[] ints = {
      m,
      n,
      k,
      a.offset(),
      transposeA ? 1 : columnsA,
      transposeA ? columnsA : 1,
      b.offset(),
      transposeB ? 1 : columnsB,
      transposeB ? columnsB : 1,
      c.offset(),
      dtype == DType.F32 ? 0 : format(dtype)
    };
    float[] reals = {alpha, beta};
    boolean rows = !transposeA && transposeB && m <= MatVec.MOST_ROWS;
    if (rows && inPairs(b, dtype, columnsB)) {
      Grid group = new Grid(MatVecPairs.GROUP, 1);
      Grid threads = new Grid(MatVecPairs.groups(n) * MatVecPairs.GROUP, m);
      if (dtype == DType.BF16 && device.isCuda()) {
        device.launch(Kernel.MATVEC_BF16, threads, group, ints, reals, b.array());
      } else {
        boolean bf16 = dtype == DType.BF16;
        int powers = device.tables().offset() + Stored.POWERS;
        ints[10] = bf16 ? powers : powers + Powers.BF16;
        Kernel kernel = bf16 ? Kernel.MATVEC_BF16_BY_POWERS : Kernel.MATVEC_F16_BY_POWERS;
        device.launch(kernel, threads, group, ints, reals, b.array());
      }
      return;
    }
    if (!rows && device.gemm() != Gemm.Precision.KERNELS && m > 0 && n > 0 && k > 0) {
      int[] sides = {
        m,
        n,
        k,
        a.offset(),
        columnsA,
        transposeA ? 1 : 0,
        b.offset(),
        columnsB,
        transposeB ? 1 : 0,
        c.offset(),
        0,
        0
      };
      libraryProduct(a, sides, reals, b, dtype);
      return;
    }
    boolean narrow = dtype != DType.F32;
    Kernel kernel;
    Grid group;
    Grid threads;
    if (rows) {
      kernel = narrow ? Kernel.MATVEC_STORED : Kernel.MATVEC;
      group = new Grid(MatVec.GROUP, 1);
      threads = new Grid((long) n * MatVec.GROUP, m);
    } else if (MatMulBlocks.suits(m, n)) {
      kernel = narrow ? Kernel.MATMUL_BLOCKS_STORED : Kernel.MATMUL_BLOCKS;
      group = new Grid(MatMulBlocks.EDGE, MatMulBlocks.EDGE);
      threads =
          new Grid(
              MatMulBlocks.across(n) * MatMulBlocks.EDGE, MatMulBlocks.down(m) * MatMulBlocks.EDGE);
    } else {
      kernel = narrow ? Kernel.MATMUL_STORED : Kernel.MATMUL;
      group = new Grid(MatMul.EDGE, MatMul.EDGE);
      threads = new Grid(MatMul.tiles(n) * MatMul.EDGE, MatMul.tiles(m) * MatMul.EDGE);
    }
    if (narrow) {
      device.launch(kernel, threads, group, ints, reals, b.array());
    } else {
      device.launch(kernel, threads, group, ints, reals);
    }
  }

  /// A product by [Gemm].
  ///
  /// @param ints as [Gemm] has them, but for the pieces
  private void libraryProduct(Operand a, int[] ints, float[] reals, Operand b, DType dtype) {
    long elementsA = (long) ints[0] * ints[2];
    if (dtype == DType.BF16) {
      int distance = size(Regions.rounded(elementsA));
      int pieces = device.gemm().pieces();
      Operand split = device.pieces((long) distance * pieces);
      // q, k and v have one input, and so have gate and up.
      if (!device.hasPiecesOf(a, elementsA)) {
        int[] splitting = {size(elementsA), a.offset(), split.offset(), pieces, distance};
        device.launchOn(
            Kernel.SPLIT,
            new Grid(Pieces.groups(elementsA) * Pieces.GROUP, 1),
            new Grid(Pieces.GROUP, 1),
            splitting,
            NO_REALS,
            split.array(),
            device.floatArray());
        device.piecesAreOf(
            device.isScratch(a) ? null : new Region(a.array(), a.offset(), elementsA));
      }
      ints[3] = split.offset();
      ints[10] = pieces;
      ints[11] = distance;
      device.launchOn(
          Kernel.GEMM_PIECES, ONE, ONE, ints, reals, split.array(), b.array(), device.floatArray());
      return;
    }
    if (dtype != DType.F32) {
      long elementsB = (long) ints[1] * ints[2];
      Operand wide = device.scratch("product", elementsB);
      int[] widening = {size(elementsB), b.offset(), format(dtype), wide.offset()};
      device.launch(Kernel.WIDEN, elementsB, widening, NO_REALS, b.array());
      ints[6] = wide.offset();
    }
    device.launchOn(Kernel.GEMM_FLOATS, ONE, ONE, ints, reals, device.floatArray());
  }

  /// Whether the rows of a weight in 16 bits can be read two elements at a time.
  private static boolean inPairs(Operand b, DType dtype, int columns) {
    return (dtype == DType.BF16 || dtype == DType.F16) && columns % 2 == 0 && b.offset() % 2 == 0;
  }

  @Override
  public void add(Tensor x, Tensor y) {
    Operand from = in(x);
    Operand to = inOut(y);
    int[] ints = {size(x.elements()), from.offset(), to.offset()};
    device.launch(Kernel.ADD, x.elements(), ints, NO_REALS);
  }

  @Override
  public void dropout(Tensor x, float p, long seed, Tensor out) {
    Operand from = in(x);
    Operand to = out(out);
    int[] ints = {
      size(x.elements()),
      from.offset(),
      to.offset(),
      (int) Math.ceil((double) p * (1 << 24)),
      (int) (seed >> 32),
      (int) seed
    };
    float[] reals = {1 / (1 - p)};
    device.launch(Kernel.DROPOUT, x.elements(), ints, reals);
  }

  @Override
  public void embedding(int[] ids, Tensor table, Tensor out) {
    if (table.dtype() == DType.F32) {
      gatherRows(table, ids, out);
      return;
    }
    Operand from = in(table);
    Operand to = out(out);
    int[] ints =
        withList(
            Rows.LIST,
            ids,
            ids.length,
            size(table.columns()),
            from.offset(),
            to.offset(),
            format(table.dtype()));
    device.launch(Kernel.GATHER_STORED, out.elements(), ints, NO_REALS, from.array());
  }

  @Override
  public void embeddingBackward(int[] ids, Tensor dOut, Tensor dTable) {
    scatterAddRows(dOut, ids, dTable);
  }

  private static Grid rowsOf(long rows) {
    return new Grid(rows * RmsNorm.GROUP, 1);
  }

  @Override
  public void rmsNorm(Tensor x, Tensor weight, float eps, Tensor out, Tensor inverseRms) {
    Operand from = in(x);
    Operand w = widened(weight);
    Operand to = out(out);
    Operand r = out(inverseRms);
    int[] ints = {size(x.columns()), from.offset(), w.offset(), to.offset(), r.offset()};
    device.launch(Kernel.RMS_NORM, rowsOf(x.rows()), rowsOf(1), ints, new float[] {eps});
  }

  @Override
  public void addRmsNorm(
      Tensor x, Tensor delta, Tensor weight, float eps, Tensor sum, Tensor out, Tensor inverseRms) {
    Operand from = in(x);
    Operand d = in(delta);
    Operand w = widened(weight);
    Operand s = out(sum);
    Operand to = out(out);
    Operand r = out(inverseRms);
    int[] ints = {
      size(x.columns()), from.offset(), d.offset(), w.offset(), s.offset(), to.offset(), r.offset()
    };
    device.launch(Kernel.ADD_RMS_NORM, rowsOf(x.rows()), rowsOf(1), ints, new float[] {eps});
  }

  @Override
  public void rmsNormBackward(
      Tensor dOut,
      Tensor x,
      Tensor weight,
      Tensor inverseRms,
      Tensor dX,
      @Nullable Tensor dWeight) {
    Operand d = in(dOut);
    Operand from = in(x);
    Operand r = in(inverseRms);
    int columns = size(x.columns());
    if (dWeight != null) {
      Operand to = inOut(dWeight);
      int[] ints = {columns, size(x.rows()), d.offset(), from.offset(), r.offset(), to.offset()};
      device.launch(Kernel.RMS_NORM_WEIGHT, columns, ints, NO_REALS);
    }
    Operand w = widened(weight);
    Operand to = inOut(dX);
    int[] ints = {columns, d.offset(), from.offset(), w.offset(), r.offset(), to.offset()};
    device.launch(Kernel.RMS_NORM_INPUT, rowsOf(x.rows()), rowsOf(1), ints, NO_REALS);
  }

  @Override
  public void rope(Tensor x, int[] positions, RopeTable table, boolean inverse) {
    Operand cos = in(table.cos());
    Operand sin = in(table.sin());
    Operand to = inOut(x);
    int[] ints =
        withList(
            Rope.LIST,
            positions,
            size(x.columns() / 2),
            table.headDim() / 2,
            inverse ? -1 : 1,
            to.offset(),
            cos.offset(),
            sin.offset(),
            positions.length);
    device.launch(Kernel.ROPE, x.elements() / 2, ints, NO_REALS);
  }

  private static void requireHead(AttentionShape shape) {
    if (shape.headDim() > Attention.LARGEST_HEAD) {
      throw new UserError(
          "backend tornado: head_dim = "
              + shape.headDim()
              + "; allowed: "
              + Attention.LARGEST_HEAD
              + " or less");
    }
  }

  private static float[] scale(AttentionShape shape) {
    return new float[] {(float) (1 / Math.sqrt(shape.headDim()))};
  }

  private static Grid attentionThreads(int rows, int size, int heads) {
    return new Grid(Attention.groups(rows, size) * Attention.EDGE, (long) heads * Attention.EDGE);
  }

  @Override
  public void attention(
      Tensor q,
      Tensor k,
      Tensor v,
      Sequences sequences,
      AttentionShape shape,
      Tensor out,
      Tensor logSumExp) {
    requireHead(shape);
    Operand queries = in(q);
    Operand keys = in(k);
    Operand values = in(v);
    Operand to = out(out);
    Operand sums = out(logSumExp);
    int[] ints =
        withList(
            Attention.LIST,
            firstRows(sequences),
            shape.heads(),
            shape.group(),
            shape.headDim(),
            shape.window(),
            queries.offset(),
            keys.offset(),
            values.offset(),
            to.offset(),
            sums.offset(),
            sequences.tokens());
    device.launch(
        Kernel.ATTENTION,
        attentionThreads(sequences.tokens(), shape.headDim(), shape.heads()),
        attentionThreads(1, 1, 1),
        ints,
        scale(shape));
  }

  /// For each row the first row of its sequence.
  private static int[] firstRows(Sequences sequences) {
    int[] rows = new int[sequences.tokens()];
    for (int b = 0; b < sequences.count(); b++) {
      Arrays.fill(rows, sequences.offset(b), sequences.offset(b + 1), sequences.offset(b));
    }
    return rows;
  }

  /// For each row the row behind its sequence.
  private static int[] ends(Sequences sequences) {
    int[] rows = new int[sequences.tokens()];
    for (int b = 0; b < sequences.count(); b++) {
      Arrays.fill(rows, sequences.offset(b), sequences.offset(b + 1), sequences.offset(b + 1));
    }
    return rows;
  }

  @Override
  public void attentionBackward(
      Tensor dOut,
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor out,
      Tensor logSumExp,
      Sequences sequences,
      AttentionShape shape,
      Tensor dQ,
      Tensor dK,
      Tensor dV) {
    requireHead(shape);
    long pairs = logSumExp.elements();
    Operand d = in(dOut);
    Operand queries = in(q);
    Operand keys = in(k);
    Operand values = in(v);
    Operand sums = in(logSumExp);
    Operand attended = in(out);
    Operand deltas = device.scratch("deltas", pairs);
    int[] deltaInts = {
      size(pairs), shape.headDim(), d.offset(), attended.offset(), deltas.offset()
    };
    device.launch(Kernel.ATTENTION_DELTAS, pairs, deltaInts, NO_REALS);

    int rows = sequences.tokens();
    int[] numbers = {
      shape.heads(),
      shape.group(),
      shape.headDim(),
      shape.window(),
      queries.offset(),
      keys.offset(),
      values.offset(),
      d.offset(),
      sums.offset(),
      deltas.offset(),
      out(dQ).offset(),
      rows
    };
    Grid group = attentionThreads(1, 1, 1);
    device.launch(
        Kernel.ATTENTION_QUERIES,
        attentionThreads(rows, shape.headDim(), shape.heads()),
        group,
        withList(AttentionBackward.LIST, firstRows(sequences), numbers),
        scale(shape));

    Grid threads = attentionThreads(rows, shape.headDim(), shape.kvHeads());
    numbers[10] = out(dK).offset();
    device.launch(
        Kernel.ATTENTION_KEYS,
        threads,
        group,
        withList(AttentionBackward.LIST, ends(sequences), numbers),
        scale(shape));
    numbers[10] = out(dV).offset();
    device.launch(
        Kernel.ATTENTION_VALUES,
        threads,
        group,
        withList(AttentionBackward.LIST, ends(sequences), numbers),
        scale(shape));
  }

  @Override
  public void swiGlu(Tensor gate, Tensor up, Tensor out) {
    Operand g = in(gate);
    Operand u = in(up);
    Operand to = out(out);
    int[] ints = {size(out.elements()), g.offset(), u.offset(), to.offset()};
    device.launch(
        Kernel.SWIGLU,
        new Grid(SwiGlu.groups(out.elements()) * SwiGlu.GROUP, 1),
        new Grid(SwiGlu.GROUP, 1),
        ints,
        NO_REALS);
  }

  @Override
  public void swiGluBackward(Tensor dOut, Tensor gate, Tensor up, Tensor dGate, Tensor dUp) {
    Operand d = in(dOut);
    Operand g = in(gate);
    Operand u = in(up);
    Operand toGate = out(dGate);
    Operand toUp = out(dUp);
    int[] ints = {
      size(dOut.elements()), d.offset(), g.offset(), u.offset(), toGate.offset(), toUp.offset()
    };
    device.launch(Kernel.SWIGLU_BACKWARD, dOut.elements(), ints, NO_REALS);
  }

  @Override
  public void gatherRows(Tensor x, int[] indices, Tensor out) {
    Operand from = in(x);
    Operand to = out(out);
    int[] ints =
        withList(Rows.LIST, indices, indices.length, size(x.columns()), from.offset(), to.offset());
    device.launch(Kernel.GATHER, out.elements(), ints, NO_REALS);
  }

  @Override
  public void scatterAddRows(Tensor dOut, int[] indices, Tensor dX) {
    if (indices.length == 0) {
      return;
    }
    Operand from = in(dOut);
    Operand to = inOut(dX);
    int[] ints =
        withList(
            Rows.LIST, indices, indices.length, size(dX.columns()), from.offset(), to.offset());
    device.launch(Kernel.SCATTER_ADD, dX.columns(), ints, NO_REALS);
  }

  /// Floats of the logits that exist at a time.
  private static final long LOGITS = 1L << 22;

  private static int chunk(int rows, long vocabulary) {
    return (int) Math.clamp(LOGITS / Math.max(rows, 1) / 64 * 64, 64, Math.max(vocabulary, 64));
  }

  /// The logits of words `from` to `to` in memory that is used again.
  private Operand logits(Operand x, Tensor head, int from, int to, int rows) {
    int columns = size(head.columns());
    Operand logits = device.scratch("logits", (long) rows * (to - from));
    product(
        x,
        columns,
        false,
        in(head.rows(from, to)),
        head.dtype(),
        columns,
        true,
        1,
        0,
        logits,
        rows,
        to - from,
        columns);
    return logits;
  }

  @Override
  public void tokenLogProb(Tensor x, Tensor head, int[] targets, Tensor logProb, Tensor logSumExp) {
    int rows = targets.length;
    if (rows == 0) {
      return;
    }
    int vocabulary = size(head.rows());
    int chunk = chunk(rows, vocabulary);
    Operand input = in(x);
    Operand result = out(logProb);
    Operand sums = out(logSumExp);
    Operand running = device.scratch("running", rows);
    for (int from = 0; from < vocabulary; from += chunk) {
      int to = Math.min(vocabulary, from + chunk);
      Operand logits = logits(input, head, from, to, rows);
      int[] ints =
          withList(
              LogProb.LIST,
              targets,
              to - from,
              from,
              from == 0 ? 1 : 0,
              to == vocabulary ? 1 : 0,
              logits.offset(),
              result.offset(),
              sums.offset(),
              running.offset());
      device.launch(
          Kernel.LOG_PROB,
          new Grid((long) rows * LogProb.GROUP, 1),
          new Grid(LogProb.GROUP, 1),
          ints,
          NO_REALS);
    }
  }

  @Override
  public void tokenLogProbBackward(
      Tensor dLogProb,
      Tensor x,
      Tensor head,
      int[] targets,
      Tensor logSumExp,
      Tensor dX,
      @Nullable Tensor dHead) {
    int rows = targets.length;
    if (rows == 0) {
      return;
    }
    int vocabulary = size(head.rows());
    int columns = size(head.columns());
    int chunk = chunk(rows, vocabulary);
    Operand d = in(dLogProb);
    Operand input = in(x);
    Operand sums = in(logSumExp);
    Operand toX = out(dX);
    for (int from = 0; from < vocabulary; from += chunk) {
      int to = Math.min(vocabulary, from + chunk);
      int width = to - from;
      Operand logits = logits(input, head, from, to, rows);
      int[] ints =
          withList(
              LogProb.LIST, targets, width, from, logits.offset(), d.offset(), sums.offset(), rows);
      device.launch(Kernel.LOG_PROB_GRADIENT, (long) rows * width, ints, NO_REALS);
      product(
          logits,
          width,
          false,
          in(head.rows(from, to)),
          head.dtype(),
          columns,
          false,
          1,
          from == 0 ? 0 : 1,
          toX,
          rows,
          columns,
          width);
      if (dHead != null) {
        product(
            logits,
            width,
            true,
            input,
            DType.F32,
            columns,
            false,
            1,
            1,
            inOut(dHead.rows(from, to)),
            width,
            columns,
            rows);
      }
    }
  }

  @Override
  public void cacheAppend(Tensor rows, int[] slots, int[] positions, Tensor cache) {
    int ring = size(cache.shape().extent(1));
    int[] places = new int[slots.length];
    Map<Integer, Integer> last = new HashMap<>();
    for (int i = 0; i < slots.length; i++) {
      places[i] = slots[i] * ring + positions[i] % ring;
      Integer earlier = last.put(places[i], i);
      if (earlier != null) {
        places[earlier] = -1;
      }
    }
    Operand from = in(rows);
    Operand to = inOut(cache);
    int[] ints =
        withList(
            Rows.LIST, places, places.length, size(rows.columns()), from.offset(), to.offset());
    device.launch(Kernel.SCATTER, rows.elements(), ints, NO_REALS);
  }

  /// Parts for which there are work-groups: few different numbers, as each makes a graph of its own. A task more or less makes TornadoVM
  /// compile a whole graph anew; so where it launches, there is always something to bring together, if there can be.
  private int parts(int seen, int window) {
    int least = device.queue() == null ? 2 : 1;
    int parts = Math.max(least, Integer.highestOneBit(2 * DecodeAttention.parts(seen) - 1));
    return Math.min(parts, DecodeAttention.parts(window));
  }

  @Override
  public void decodeAttention(
      Tensor q,
      Tensor keys,
      Tensor values,
      int[] slots,
      int[] positions,
      AttentionShape shape,
      Tensor out) {
    requireHead(shape);
    int ring = size(keys.shape().extent(1));
    Operand queries = in(q);
    Operand k = in(keys);
    Operand v = in(values);
    Operand to = out(out);
    int[] rows = new int[2 * slots.length];
    for (int i = 0; i < slots.length; i++) {
      rows[2 * i] = slots[i];
      rows[2 * i + 1] = positions[i];
    }
    int window = Math.min(shape.window(), ring);
    int seen = 0;
    for (int position : positions) {
      seen = Math.max(seen, Math.min(window, position + 1));
    }
    int parts = parts(seen, window);
    long pairs = (long) slots.length * shape.heads();
    int partsAt =
        parts == 1
            ? 0
            : device
                .scratch("parts", pairs * parts * (shape.headDim() + DecodeAttention.EXTRA))
                .offset();
    int[] ints =
        withList(
            DecodeAttention.LIST,
            rows,
            shape.heads(),
            shape.group(),
            shape.headDim(),
            window,
            ring,
            queries.offset(),
            k.offset(),
            v.offset(),
            to.offset(),
            partsAt,
            parts);
    Grid group = new Grid(DecodeAttention.GROUP, 1);
    device.launch(
        Kernel.DECODE_ATTENTION,
        new Grid((long) slots.length * parts * DecodeAttention.GROUP, shape.heads()),
        group,
        ints,
        scale(shape));
    if (parts > 1) {
      device.launch(
          Kernel.DECODE_ATTENTION_MERGE,
          new Grid((long) slots.length * DecodeAttention.GROUP, shape.heads()),
          group,
          ints,
          NO_REALS);
    }
  }

  @Override
  public int[] argMax(Tensor x) {
    return device.argMax(in(x), size(x.rows()), size(x.columns()));
  }

  @Override
  public void adamW(
      Tensor param, Tensor grad, Tensor m, Tensor v, AdamWStep step, float gradScale) {
    Operand p = inOut(param);
    Operand g = in(grad);
    Operand first = inOut(m);
    Operand second = inOut(v);
    double c1 = 1 - Math.pow(step.beta1(), (double) step.step());
    double c2 = 1 - Math.pow(step.beta2(), (double) step.step());
    float[] reals = {
      gradScale,
      (float) step.beta1(),
      (float) (1 - step.beta1()),
      (float) step.beta2(),
      (float) (1 - step.beta2()),
      (float) (1 - step.learningRate() * step.weightDecay()),
      (float) (step.learningRate() / c1),
      (float) (1 / Math.sqrt(c2)),
      (float) step.eps()
    };
    int[] ints = {size(param.elements()), p.offset(), g.offset(), first.offset(), second.offset()};
    device.launch(Kernel.ADAMW, param.elements(), ints, reals);
  }

  @Override
  public double sumOfSquares(Tensor x) {
    return device.sumOfSquares(in(x), x.elements());
  }
}
