package org.tramontane.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// An arena that adds up what it is asked for and gives nothing: its segments have a size and no memory behind them.
///
/// Who lets the code that allocates a run's tensors run with it knows what the run will take, without a second
/// formula that could drift away from that code. Reading or writing its segments crashes the JVM.
public final class MeasuringArena implements Arena {
  private final Arena scope = Arena.ofAuto();
  private long bytes;

  /// An arena that was asked for nothing yet.
  public MeasuringArena() {}

  /// What it was asked for so far.
  public long bytes() {
    return bytes;
  }

  @Override
  @SuppressWarnings("restricted") // the segment is measured and never touched
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    bytes = Math.addExact(bytes, byteSize);
    return MemorySegment.NULL.reinterpret(byteSize);
  }

  @Override
  public MemorySegment.Scope scope() {
    return scope.scope();
  }

  @Override
  public void close() {}
}
