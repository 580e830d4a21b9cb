package org.tramontane.spac.eval.engine;

/// What an evaluation has computed.
///
/// @param requests answered
/// @param rows tokens that passed through the model
/// @param unsharedRows tokens that would have, with each request on its own as the harness runs them
/// @param seconds of computing, without reading and tokenising
public record Throughput(long requests, long rows, long unsharedRows, double seconds) {
  /// Nothing yet.
  public static final Throughput NONE = new Throughput(0, 0, 0, 0);

  /// Both together.
  public Throughput plus(Throughput other) {
    return new Throughput(
        requests + other.requests,
        rows + other.rows,
        unsharedRows + other.unsharedRows,
        seconds + other.seconds);
  }

  /// Requests per second.
  public double requestsPerSecond() {
    return requests / Math.max(1e-9, seconds);
  }

  /// Computed tokens per second.
  public double tokensPerSecond() {
    return rows / Math.max(1e-9, seconds);
  }

  /// The share of tokens that sharing has saved, from 0 to 1.
  public double saved() {
    return unsharedRows == 0 ? 0 : 1 - (double) rows / unsharedRows;
  }
}
