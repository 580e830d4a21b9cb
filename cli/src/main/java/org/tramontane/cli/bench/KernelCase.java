package org.tramontane.cli.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.Tensor;

/// One call of a kernel: its operands, the work that it is, and how to see whether its result is right.
///
/// @param name of the kernel
/// @param shape the operands' sizes, in words
/// @param flops floating-point operations of a call, for kernels that are bound by arithmetic; else 0
/// @param bytes what a call must read and write at least once, counted as STREAM counts: a store is its bytes
/// @param operands of the call, in the order that `call` takes them
/// @param rows of the operands that have a row per token
/// @param sample how many of those rows the check computes by the reference
/// @param call the kernel's call
public record KernelCase(
    String name,
    String shape,
    double flops,
    double bytes,
    List<Operand> operands,
    int rows,
    int sample,
    Call call) {
  /// Of the larger of an element's size and the root mean square of its tensor.
  private static final double TOLERANCE = 1e-4;

  /// Calls a kernel on operands of which those that have a row per token have `rows` of them.
  @FunctionalInterface
  interface Call {
    void on(Kernels kernels, Tensor[] operands, int rows);
  }

  /// What an operand is to its kernel.
  enum Role {
    /// Read, a row per token; a row of the result depends on the rows up to its own only.
    ROWS,
    /// Read, a row per token; where its rows are 0, they add nothing to any result.
    GRADIENT,
    /// Read by all rows.
    SHARED,
    /// Written, a row per token.
    ROWS_OUT,
    /// Written by all rows.
    SHARED_OUT
  }

  /// An operand and what it is to the kernel.
  record Operand(Tensor tensor, Role role) {}

  /// Calls the kernel.
  public void run(Kernels kernels) {
    call.on(kernels, tensors(), rows);
  }

  private Tensor[] tensors() {
    return operands.stream().map(Operand::tensor).toArray(Tensor[]::new);
  }

  /// Compares the result of `kernels` on all rows with that of `reference` on the first ones, where a reference in plain
  /// loops would take minutes for all: no later row has a part in them, as gradients of later rows are 0 for the moment.
  ///
  /// @throws IllegalStateException if they differ; the message says where
  public void check(Kernels kernels, Kernels reference) {
    try (Arena arena = Arena.ofShared()) {
      Tensor[] actual = tensors();
      Tensor[] expected = new Tensor[actual.length];
      List<Runnable> restore = new ArrayList<>();
      for (int i = 0; i < actual.length; i++) {
        Tensor tensor = actual[i];
        if (operands.get(i).role() == Role.GRADIENT) {
          MemorySegment tail = tail(tensor);
          MemorySegment kept = arena.allocate(Math.max(1, tail.byteSize())).copyFrom(tail);
          tail.fill((byte) 0);
          // Asked for anew, since the kernel may have left the tensor on a device.
          restore.add(() -> tail(tensor).copyFrom(kept.asSlice(0, tail.byteSize())));
        }
        expected[i] =
            switch (operands.get(i).role()) {
              case ROWS, GRADIENT, ROWS_OUT -> copy(arena, first(tensor));
              case SHARED -> tensor;
              case SHARED_OUT -> copy(arena, tensor);
            };
      }
      call.on(reference, expected, sample);
      call.on(kernels, actual, rows);
      for (int i = 0; i < actual.length; i++) {
        switch (operands.get(i).role()) {
          case ROWS_OUT -> compare(i, first(actual[i]), expected[i]);
          case SHARED_OUT -> compare(i, actual[i], expected[i]);
          case ROWS, GRADIENT, SHARED -> {}
        }
      }
      restore.forEach(Runnable::run);
    }
  }

  private long sampleBytes(Tensor tensor) {
    return tensor.byteSize() / rows * sample;
  }

  private MemorySegment tail(Tensor tensor) {
    return tensor.data().asSlice(sampleBytes(tensor));
  }

  /// The first rows; a vector has one element per row.
  private Tensor first(Tensor tensor) {
    long[] extents = new long[tensor.shape().rank()];
    extents[0] = sample;
    for (int i = 1; i < extents.length; i++) {
      extents[i] = tensor.shape().extent(i);
    }
    return tensor.first(extents);
  }

  private static Tensor copy(Arena arena, Tensor tensor) {
    return Tensor.allocate(arena, tensor.dtype(), tensor.shape()).copyFrom(tensor);
  }

  private void compare(int operand, Tensor actual, Tensor expected) {
    double squares = 0;
    for (long i = 0; i < expected.elements(); i++) {
      squares += (double) expected.get(i) * expected.get(i);
    }
    double rms = Math.sqrt(squares / Math.max(1, (double) expected.elements()));
    for (long i = 0; i < expected.elements(); i++) {
      double e = expected.get(i);
      if (!(Math.abs(actual.get(i) - e) <= TOLERANCE * Math.max(Math.abs(e), rms))) {
        throw new IllegalStateException(
            name
                + " "
                + shape
                + ": element "
                + i
                + " of operand "
                + operand
                + " is "
                + actual.get(i)
                + ", the reference says "
                + e
                + "; nothing is timed");
      }
    }
  }
}
