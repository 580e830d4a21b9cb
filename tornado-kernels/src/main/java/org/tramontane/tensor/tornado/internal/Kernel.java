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
  ADD((g, t, n, a) -> g.task(t, Add::run, n.context, n.at, n.ints, a.get(0).floats())),
  TOUCH_FLOATS(
      (g, t, n, a) -> g.task(t, Transfer::touchFloats, n.context, n.at, n.ints, a.get(0).floats())),
  GATHER((g, t, n, a) -> g.task(t, Rows::gather, n.context, n.at, n.ints, a.get(0).floats())),
  SCATTER((g, t, n, a) -> g.task(t, Rows::scatter, n.context, n.at, n.ints, a.get(0).floats())),
  SCATTER_ADD(
      (g, t, n, a) -> g.task(t, Rows::scatterAdd, n.context, n.at, n.ints, a.get(0).floats())),
  RMS_NORM_INPUT(
      (g, t, n, a) ->
          g.task(t, RmsNorm::backwardInput, n.context, n.at, n.ints, a.get(0).floats())),
  RMS_NORM_WEIGHT(
      (g, t, n, a) ->
          g.task(t, RmsNorm::backwardWeight, n.context, n.at, n.ints, a.get(0).floats())),
  ROPE((g, t, n, a) -> g.task(t, Rope::run, n.context, n.at, n.ints, a.get(0).floats())),
  ATTENTION_DELTAS(
      (g, t, n, a) ->
          g.task(t, AttentionBackward::deltas, n.context, n.at, n.ints, a.get(0).floats())),
  SWIGLU((g, t, n, a) -> g.task(t, SwiGlu::forward, n.context, n.at, n.ints, a.get(0).floats())),
  SWIGLU_BACKWARD(
      (g, t, n, a) -> g.task(t, SwiGlu::backward, n.context, n.at, n.ints, a.get(0).floats())),
  LOG_PROB((g, t, n, a) -> g.task(t, LogProb::chunk, n.context, n.at, n.ints, a.get(0).floats())),
  LOG_PROB_GRADIENT(
      (g, t, n, a) -> g.task(t, LogProb::gradient, n.context, n.at, n.ints, a.get(0).floats())),
  FILL(
      (g, t, n, a) ->
          g.task(t, Transfer::fill, n.context, n.at, n.ints, n.realAt, n.reals, a.get(0).floats())),
  DROPOUT(
      (g, t, n, a) ->
          g.task(t, Dropout::run, n.context, n.at, n.ints, n.realAt, n.reals, a.get(0).floats())),
  MATMUL(
      (g, t, n, a) ->
          g.task(t, MatMul::run, n.context, n.at, n.ints, n.realAt, n.reals, a.get(0).floats())),
  MATMUL_BLOCKS(
      (g, t, n, a) ->
          g.task(
              t, MatMulBlocks::run, n.context, n.at, n.ints, n.realAt, n.reals, a.get(0).floats())),
  MATVEC(
      (g, t, n, a) ->
          g.task(t, MatVec::run, n.context, n.at, n.ints, n.realAt, n.reals, a.get(0).floats())),
  RMS_NORM(
      (g, t, n, a) ->
          g.task(
              t, RmsNorm::forward, n.context, n.at, n.ints, n.realAt, n.reals, a.get(0).floats())),
  ADD_RMS_NORM(
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
      (g, t, n, a) ->
          g.task(t, DecodeAttention::merge, n.context, n.at, n.ints, a.get(0).floats())),
  ATTENTION_QUERIES(
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
      (g, t, n, a) ->
          g.task(t, AdamW::run, n.context, n.at, n.ints, n.realAt, n.reals, a.get(0).floats())),
  WIDEN(
      (g, t, n, a) ->
          g.task(t, Stored::widen, n.context, n.at, n.ints, a.get(0).words(), a.get(1).floats())),
  GATHER_STORED(
      (g, t, n, a) ->
          g.task(
              t, Rows::gatherStored, n.context, n.at, n.ints, a.get(0).words(), a.get(1).floats())),
  MATMUL_STORED(
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
      (g, t, n, a) ->
          g.task(t, Pieces::split, n.context, n.at, n.ints, a.get(0).shorts(), a.get(1).floats())),
  GEMM_FLOATS(
      (g, t, n, a) -> g.libraryTask(t, memory -> Gemm.floats(n, memory), a.get(0).floats())),
  GEMM_PIECES(
      (g, t, n, a) ->
          g.libraryTask(
              t,
              (pieces, weight, memory) -> Gemm.pieces(n, pieces, weight, memory),
              a.get(0).shorts(),
              a.get(1).words(),
              a.get(2).floats())),
  FLOATS_IN(
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
      (g, t, n, a) ->
          g.task(
              t, Transfer::wordsIn, n.context, n.at, n.ints, a.get(0).words(), a.get(1).words())),
  TOUCH_WORDS(
      (g, t, n, a) -> g.task(t, Transfer::touchWords, n.context, n.at, n.ints, a.get(0).words())),
  TOUCH_SHORTS(
      (g, t, n, a) -> g.task(t, Transfer::touchShorts, n.context, n.at, n.ints, a.get(0).shorts())),
  SUM_OF_SQUARES(
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

  /// Whether a library computes it, which reads its numbers when it is launched.
  boolean isLibrary() {
    return this == GEMM_FLOATS || this == GEMM_PIECES;
  }

  private interface Binding {
    TaskGraph bind(TaskGraph graph, String task, Numbers numbers, List<DeviceArray> arrays);
  }

  @SuppressWarnings("ImmutableEnumChecker") // lambdas that capture nothing
  private final Binding binding;

  Kernel(Binding binding) {
    this.binding = binding;
  }

  /// Adds the kernel to a graph.
  TaskGraph addTo(TaskGraph graph, String task, Numbers numbers, List<DeviceArray> arrays) {
    return binding.bind(graph, task, numbers, arrays);
  }
}
