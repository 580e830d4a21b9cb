package org.tramontane.cli.bench;

import org.tramontane.cli.bench.KernelCases.Product;
import org.tramontane.tensor.DType;

/// Every kernel at the shapes that one layer, its head and its optimiser give it.
///
/// `q_proj`, `k_proj`, `gate_proj` and `down_proj` stand for the four different shapes of linear layers; their derivatives
/// with respect to the input and the weight are `_DX` and `_DW`; `ROW_` is `gate_proj` for one token, as decoding calls it.
public enum LayerKernel {
  Q_PROJ,
  Q_PROJ_DX,
  Q_PROJ_DW,
  K_PROJ,
  K_PROJ_DX,
  K_PROJ_DW,
  GATE_PROJ,
  GATE_PROJ_DX,
  GATE_PROJ_DW,
  DOWN_PROJ,
  DOWN_PROJ_DX,
  DOWN_PROJ_DW,
  ROW_F32,
  ROW_BF16,
  ROW_F16,
  ATTENTION,
  ATTENTION_BACKWARD,
  DECODE_ATTENTION,
  CACHE_APPEND,
  TOKEN_LOG_PROB,
  TOKEN_LOG_PROB_BACKWARD,
  EMBEDDING,
  EMBEDDING_BACKWARD,
  GATHER_ROWS,
  SCATTER_ADD_ROWS,
  RMS_NORM,
  ADD_RMS_NORM,
  RMS_NORM_BACKWARD,
  ROPE,
  SWI_GLU,
  SWI_GLU_BACKWARD,
  ADD,
  DROPOUT,
  ARG_MAX,
  ADAM_W,
  SUM_OF_SQUARES;

  /// The kernel with operands of shape `s`, which live as long as the arena of `cases`.
  public KernelCase at(LayerShape s, KernelCases cases) {
    int q = s.heads() * s.headDim();
    int k = s.kvHeads() * s.headDim();
    return switch (this) {
      case Q_PROJ -> cases.linear(Product.FORWARD, s.tokens(), q, s.hidden());
      case Q_PROJ_DX -> cases.linear(Product.INPUT_GRADIENT, s.tokens(), q, s.hidden());
      case Q_PROJ_DW -> cases.linear(Product.WEIGHT_GRADIENT, s.tokens(), q, s.hidden());
      case K_PROJ -> cases.linear(Product.FORWARD, s.tokens(), k, s.hidden());
      case K_PROJ_DX -> cases.linear(Product.INPUT_GRADIENT, s.tokens(), k, s.hidden());
      case K_PROJ_DW -> cases.linear(Product.WEIGHT_GRADIENT, s.tokens(), k, s.hidden());
      case GATE_PROJ -> cases.linear(Product.FORWARD, s.tokens(), s.intermediate(), s.hidden());
      case GATE_PROJ_DX ->
          cases.linear(Product.INPUT_GRADIENT, s.tokens(), s.intermediate(), s.hidden());
      case GATE_PROJ_DW ->
          cases.linear(Product.WEIGHT_GRADIENT, s.tokens(), s.intermediate(), s.hidden());
      case DOWN_PROJ -> cases.linear(Product.FORWARD, s.tokens(), s.hidden(), s.intermediate());
      case DOWN_PROJ_DX ->
          cases.linear(Product.INPUT_GRADIENT, s.tokens(), s.hidden(), s.intermediate());
      case DOWN_PROJ_DW ->
          cases.linear(Product.WEIGHT_GRADIENT, s.tokens(), s.hidden(), s.intermediate());
      case ROW_F32 -> cases.row(DType.F32, s.intermediate(), s.hidden());
      case ROW_BF16 -> cases.row(DType.BF16, s.intermediate(), s.hidden());
      case ROW_F16 -> cases.row(DType.F16, s.intermediate(), s.hidden());
      case ATTENTION -> cases.attention(s.tokens(), s.heads(), s.kvHeads(), s.headDim());
      case ATTENTION_BACKWARD ->
          cases.attentionBackward(s.tokens(), s.heads(), s.kvHeads(), s.headDim());
      case DECODE_ATTENTION ->
          cases.decodeAttention(s.context(), s.heads(), s.kvHeads(), s.headDim());
      case CACHE_APPEND -> cases.cacheAppend(16, s.context(), k);
      case TOKEN_LOG_PROB -> cases.tokenLogProb(s.tokens(), s.vocabulary(), s.hidden());
      case TOKEN_LOG_PROB_BACKWARD ->
          cases.tokenLogProbBackward(s.tokens(), s.vocabulary(), s.hidden());
      case EMBEDDING -> cases.embedding(s.tokens(), s.vocabulary(), s.hidden());
      case EMBEDDING_BACKWARD -> cases.embeddingBackward(s.tokens(), s.vocabulary(), s.hidden());
      case GATHER_ROWS -> cases.gatherRows(s.tokens(), s.hidden());
      case SCATTER_ADD_ROWS -> cases.scatterAddRows(s.tokens(), s.hidden());
      case RMS_NORM -> cases.rmsNorm(s.tokens(), s.hidden());
      case ADD_RMS_NORM -> cases.addRmsNorm(s.tokens(), s.hidden());
      case RMS_NORM_BACKWARD -> cases.rmsNormBackward(s.tokens(), s.hidden());
      case ROPE -> cases.rope(s.tokens(), s.heads(), s.headDim());
      case SWI_GLU -> cases.swiGlu(s.tokens(), s.intermediate());
      case SWI_GLU_BACKWARD -> cases.swiGluBackward(s.tokens(), s.intermediate());
      case ADD -> cases.add(s.tokens(), s.hidden());
      case DROPOUT -> cases.dropout(s.tokens(), s.hidden());
      case ARG_MAX -> cases.argMax(16, s.vocabulary());
      case ADAM_W -> cases.adamW(s.hidden(), s.hidden());
      case SUM_OF_SQUARES -> cases.sumOfSquares(s.tokens(), s.hidden());
    };
  }
}
