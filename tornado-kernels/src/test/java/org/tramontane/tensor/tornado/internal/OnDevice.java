package org.tramontane.tensor.tornado.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/// Runs a kernel once on TornadoVM's default device, with all of its arrays sent before and brought back after.
final class OnDevice {
  /// Around powers of two and the size of a work-group.
  static final int[] SIZES = {1, 3, 16, 63, 64, 65, 100, 257};

  private static final String GRAPH = "kernel";
  private static final String TASK = "run";

  private OnDevice() {}

  /// Runs an `@Parallel` kernel, which `task` adds to the graph under the given name.
  static void run(UnaryOperator<TaskGraph> task, TornadoNativeArray... arrays) {
    execute(task, plan -> plan, arrays);
  }

  /// Runs a `KernelContext` kernel in `groups` work-groups of `size` threads.
  static void run(
      UnaryOperator<TaskGraph> task, int groups, int size, TornadoNativeArray... arrays) {
    WorkerGrid1D grid = new WorkerGrid1D(groups * size);
    grid.setLocalWork(size, 1, 1);
    run(task, grid, arrays);
  }

  /// Runs a `KernelContext` kernel on a grid of threads.
  static void run(UnaryOperator<TaskGraph> task, WorkerGrid grid, TornadoNativeArray... arrays) {
    GridScheduler scheduler = new GridScheduler(GRAPH + "." + TASK, grid);
    execute(task, plan -> plan.withGridScheduler(scheduler), arrays);
  }

  private static void execute(
      UnaryOperator<TaskGraph> task,
      UnaryOperator<TornadoExecutionPlan> threads,
      TornadoNativeArray... arrays) {
    TaskGraph sent =
        new TaskGraph(GRAPH).transferToDevice(DataTransferMode.EVERY_EXECUTION, (Object[]) arrays);
    TaskGraph whole =
        task.apply(sent).transferToHost(DataTransferMode.EVERY_EXECUTION, (Object[]) arrays);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(whole.snapshot())) {
      threads.apply(plan).execute();
    } catch (TornadoExecutionPlanException e) {
      throw new AssertionError("the kernel did not run", e);
    }
  }

  /// The name under which a test adds its task.
  static String task() {
    return TASK;
  }

  /// Standard normal values.
  static FloatArray normal(long seed, int size) {
    SplittableRandom random = new SplittableRandom(seed);
    FloatArray array = new FloatArray(size);
    for (int i = 0; i < size; i++) {
      array.set(i, (float) random.nextGaussian());
    }
    return array;
  }

  /// An output that a kernel must overwrite: every cell is NaN.
  static FloatArray poisoned(int size) {
    FloatArray array = new FloatArray(size);
    array.init(Float.NaN);
    return array;
  }

  /// Every element is within 1e-5 of what F64 arithmetic gives, relative to the larger of 1 and its own size.
  static void assertClose(String what, FloatArray actual, IntToDoubleFunction expected) {
    for (int i = 0; i < actual.getSize(); i++) {
      double e = expected.applyAsDouble(i);
      assertThat((double) actual.get(i))
          .as("%s[%d] of %d", what, i, actual.getSize())
          .isCloseTo(e, org.assertj.core.data.Offset.offset(1e-5 * Math.max(1, Math.abs(e))));
    }
  }
}
