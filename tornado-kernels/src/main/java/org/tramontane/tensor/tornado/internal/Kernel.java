package org.tramontane.tensor.tornado.internal;

import java.util.List;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// Every kernel, and how it becomes a task of a graph.
///
/// All floats of all tensors are in one array, named once: TornadoVM never ends building a graph with a task that writes to one
/// array through two parameters.
enum Kernel {
  ADD(Takes.INTS, (g, t, n, a) -> g.task(t, Add::run, n.context, n.at, n.ints, a.get(0).floats())),
  TOUCH_FLOATS(
      Takes.INTS,
      (g, t, n, a) -> g.task(t, Transfer::touchFloats, n.context, n.at, n.ints, a.get(0).floats())),
  GATHER(
      Takes.INTS,
      (g, t, n, a) -> g.task(t, Rows::gather, n.context, n.at, n.ints, a.get(0).floats())),
  SCATTER(
      Takes.INTS,
      (g, t, n, a) -> g.task(t, Rows::scatter, n.context, n.at, n.ints, a.get(0).floats())),
  SCATTER_ADD(
      Takes.INTS,
      (g, t, n, a) -> g.task(t, Rows::scatterAdd, n.context, n.at, n.ints, a.get(0).floats())),
  RMS_NORM_INPUT(
      Takes.INTS,
      (g, t, n, a) ->
          g.task(t, RmsNorm::backwardInput, n.context, n.at, n.ints, a.get(0).floats())),
  RMS_NORM_WEIGHT(
      Takes.INTS,
      (g, t, n, a) ->
          g.task(t, RmsNorm::backwardWeight, n.context, n.at, n.ints, a.get(0).floats())),
  ROPE(
      Takes.INTS, (g, t, n, a) -> g.task(t, Rope::run, n.context, n.at, n.ints, a.get(0).floats())),
  ATTENTION_DELTAS(
      Takes.INTS,
      (g, t, n, a) ->
          g.task(t, AttentionBackward::deltas, n.context, n.at, n.ints, a.get(0).floats())),
  SWIGLU(
      Takes.INTS,
      (g, t, n, a) -> g.task(t, SwiGlu::forward, n.context, n.at, n.ints, a.get(0).floats())),
  SWIGLU_BACKWARD(
      Takes.INTS,
      (g, t, n, a) -> g.task(t, SwiGlu::backward, n.context, n.at, n.ints, a.get(0).floats())),
  LOG_PROB(
      Takes.INTS,
      (g, t, n, a) -> g.task(t, LogProb::chunk, n.context, n.at, n.ints, a.get(0).floats())),
  LOG_PROB_GRADIENT(
      Takes.INTS,
      (g, t, n, a) -> g.task(t, LogProb::gradient, n.context, n.at, n.ints, a.get(0).floats())),
  COPY(
      Takes.INTS,
      (g, t, n, a) -> g.task(t, Transfer::copy, n.context, n.at, n.ints, a.get(0).floats())),
  FILL(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(t, Transfer::fill, n.context, n.at, n.ints, n.realAt, n.reals, a.get(0).floats())),
  DROPOUT(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(t, Dropout::run, n.context, n.at, n.ints, n.realAt, n.reals, a.get(0).floats())),
  MATMUL(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(t, MatMul::run, n.context, n.at, n.ints, n.realAt, n.reals, a.get(0).floats())),
  MATMUL_BLOCKS(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(
              t, MatMulBlocks::run, n.context, n.at, n.ints, n.realAt, n.reals, a.get(0).floats())),
  MATVEC(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(t, MatVec::run, n.context, n.at, n.ints, n.realAt, n.reals, a.get(0).floats())),
  RMS_NORM(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(
              t, RmsNorm::forward, n.context, n.at, n.ints, n.realAt, n.reals, a.get(0).floats())),
  ADD_RMS_NORM(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(
              t,
              RmsNorm::addForward,
              n.context,
              n.at,
              n.ints,
              n.realAt,
              n.reals,
              a.get(0).floats())),
  ATTENTION(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(
              t,
              Attention::forward,
              n.context,
              n.at,
              n.ints,
              n.realAt,
              n.reals,
              a.get(0).floats())),
  DECODE_ATTENTION(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(
              t,
              DecodeAttention::run,
              n.context,
              n.at,
              n.ints,
              n.realAt,
              n.reals,
              a.get(0).floats())),
  DECODE_ATTENTION_MERGE(
      Takes.INTS,
      (g, t, n, a) ->
          g.task(t, DecodeAttention::merge, n.context, n.at, n.ints, a.get(0).floats())),
  ATTENTION_QUERIES(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(
              t,
              AttentionBackward::queries,
              n.context,
              n.at,
              n.ints,
              n.realAt,
              n.reals,
              a.get(0).floats())),
  ATTENTION_KEYS(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(
              t,
              AttentionBackwardKeys::run,
              n.context,
              n.at,
              n.ints,
              n.realAt,
              n.reals,
              a.get(0).floats())),
  ATTENTION_VALUES(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(
              t,
              AttentionBackwardValues::run,
              n.context,
              n.at,
              n.ints,
              n.realAt,
              n.reals,
              a.get(0).floats())),
  ADAMW(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(t, AdamW::run, n.context, n.at, n.ints, n.realAt, n.reals, a.get(0).floats())),
  WIDEN(
      Takes.INTS,
      (g, t, n, a) ->
          g.task(t, Stored::widen, n.context, n.at, n.ints, a.get(0).words(), a.get(1).floats())),
  GATHER_STORED(
      Takes.INTS,
      (g, t, n, a) ->
          g.task(
              t, Rows::gatherStored, n.context, n.at, n.ints, a.get(0).words(), a.get(1).floats())),
  MATMUL_STORED(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(
              t,
              MatMul::stored,
              n.context,
              n.at,
              n.ints,
              n.realAt,
              n.reals,
              a.get(0).words(),
              a.get(1).floats())),
  MATMUL_BLOCKS_STORED(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(
              t,
              MatMulBlocks::stored,
              n.context,
              n.at,
              n.ints,
              n.realAt,
              n.reals,
              a.get(0).words(),
              a.get(1).floats())),
  MATVEC_STORED(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(
              t,
              MatVec::stored,
              n.context,
              n.at,
              n.ints,
              n.realAt,
              n.reals,
              a.get(0).words(),
              a.get(1).floats())),
  MATVEC_BF16_BY_POWERS(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(
              t,
              MatVecPairs::bf16ByPowers,
              n.context,
              n.at,
              n.ints,
              n.realAt,
              n.reals,
              a.get(0).words(),
              a.get(1).floats())),
  MATVEC_F16_BY_POWERS(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(
              t,
              MatVecPairs::f16ByPowers,
              n.context,
              n.at,
              n.ints,
              n.realAt,
              n.reals,
              a.get(0).words(),
              a.get(1).floats())),
  MATVEC_BF16(
      Takes.REALS,
      (g, t, n, a) ->
          g.task(
              t,
              MatVecPairs::bf16,
              n.context,
              n.at,
              n.ints,
              n.realAt,
              n.reals,
              a.get(0).words(),
              a.get(1).floats())),
  SPLIT(
      Takes.INTS,
      (g, t, n, a) ->
          g.task(t, Pieces::split, n.context, n.at, n.ints, a.get(0).shorts(), a.get(1).floats())),
  GEMM_FLOATS(
      Takes.LIBRARY,
      (g, t, n, a) -> g.libraryTask(t, memory -> Gemm.floats(n, memory), a.get(0).floats())),
  GEMM_PIECES(
      Takes.LIBRARY,
      (g, t, n, a) ->
          g.libraryTask(
              t,
              (pieces, weight, memory) -> Gemm.pieces(n, pieces, weight, memory),
              a.get(0).shorts(),
              a.get(1).words(),
              a.get(2).floats())),
  FLOATS_IN(
      Takes.INTS,
      (g, t, n, a) ->
          g.task(
              t,
              Transfer::floatsIn,
              n.context,
              n.at,
              n.ints,
              a.get(0).floats(),
              a.get(1).floats())),
  FLOATS_OUT(
      Takes.INTS,
      (g, t, n, a) ->
          g.task(
              t,
              Transfer::floatsOut,
              n.context,
              n.at,
              n.ints,
              a.get(0).floats(),
              a.get(1).floats())),
  WORDS_IN(
      Takes.INTS,
      (g, t, n, a) ->
          g.task(
              t, Transfer::wordsIn, n.context, n.at, n.ints, a.get(0).words(), a.get(1).words())),
  TOUCH_WORDS(
      Takes.INTS,
      (g, t, n, a) -> g.task(t, Transfer::touchWords, n.context, n.at, n.ints, a.get(0).words())),
  TOUCH_SHORTS(
      Takes.INTS,
      (g, t, n, a) -> g.task(t, Transfer::touchShorts, n.context, n.at, n.ints, a.get(0).shorts())),
  ARG_MAX(
      Takes.INTS,
      (g, t, n, a) ->
          g.task(t, ArgMax::run, n.context, n.at, n.ints, a.get(0).floats(), a.get(1).ints())),
  SUM_OF_SQUARES(
      Takes.INTS,
      (g, t, n, a) ->
          g.task(
              t,
              SumOfSquares::run,
              n.context,
              n.at,
              n.ints,
              a.get(0).floats(),
              a.get(1).doubles()));

  /// Where a task finds its numbers. TornadoVM compiles `at` and `realAt` in as constants.
  record Numbers(KernelContext context, int at, IntArray ints, int realAt, FloatArray reals) {}

  /// What numbers a kernel has, in the order of its parameters: before them there is the context, behind them its arrays.
  enum Takes {
    /// Integers: where they begin, and their array.
    INTS,
    /// Integers as above, and reals likewise.
    REALS,
    /// None: a library computes it, which reads its numbers on the host when it is launched.
    LIBRARY
  }

  Takes takes() {
    return takes;
  }

  /// Whether a library computes it.
  boolean isLibrary() {
    return takes == Takes.LIBRARY;
  }

  private interface Binding {
    TaskGraph bind(TaskGraph graph, String task, Numbers numbers, List<DeviceArray> arrays);
  }

  @SuppressWarnings("ImmutableEnumChecker") // lambdas that capture nothing
  private final Binding binding;

  private final Takes takes;

  Kernel(Takes takes, Binding binding) {
    this.takes = takes;
    this.binding = binding;
  }

  /// Adds the kernel to a graph.
  TaskGraph addTo(TaskGraph graph, String task, Numbers numbers, List<DeviceArray> arrays) {
    return binding.bind(graph, task, numbers, arrays);
  }
}
