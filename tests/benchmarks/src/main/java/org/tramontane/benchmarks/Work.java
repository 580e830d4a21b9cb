package org.tramontane.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What one call amounts to, for JMH's JSON: `tramontane bench report` makes rates of it.
///
/// JMH adds events up over iterations; the report takes what a single one says.
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Work {
  private double flopsOfCall;
  private double bytesOfCall;

  void set(double flops, double bytes) {
    flopsOfCall = flops;
    bytesOfCall = bytes;
  }

  /// Floating-point operations, 0 if the call is bound by memory.
  public double flops() {
    return flopsOfCall;
  }

  /// Bytes read and written, 0 if the call is bound by arithmetic.
  public double bytes() {
    return bytesOfCall;
  }
}
