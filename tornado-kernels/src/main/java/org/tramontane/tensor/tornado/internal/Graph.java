package org.tramontane.tensor.tornado.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// A TaskGraph of one or more kernels, compiled at its first execution and executed again and again with other numbers.
///
/// TornadoVM compiles scalars in as constants, so what differs from call to call travels in two small arrays instead; each task
/// has its own part of them. Threads differ from call to call too, which needs no compilation.
///
/// A resident array gets its place on the device from the first graph that names it; other graphs take it over from there
/// (a graph's `residents`).
final class Graph {
  /// How often a plan is executed before it is made anew: TornadoVM keeps a result of each execution.
  private static final long EXECUTIONS = 1000;

  private final String name;
  private final List<Launch.Signature> signatures;
  private final IntArray ints;
  private final FloatArray reals;
  private final int[] intsAt;
  private final List<WorkerGrid> grids = new ArrayList<>();
  private final ImmutableTaskGraph tasks;
  private final TornadoExecutionPlan plan;
  private final int index;
  private final Set<DeviceArray> known;
  private TornadoExecutionPlan selected;
  private long executions;

  /// A graph that executes `signatures` in order.
  ///
  /// @param replayed whether it becomes a CUDA graph at its first execution; then it always has as many threads as there
  /// @param name unique
  /// @param residents what gave the resident arrays their places; null if this graph does
  /// @param resident all resident arrays, also those that no kernel of it names: TornadoVM hands over all or none
  /// @param hosts where the numbers of each launch are
  /// @param recording learns how the only kernel is launched, at the first execution; null if that need not be known
  Graph(
      String name,
      List<Launch.Signature> signatures,
      boolean replayed,
      @Nullable Graph residents,
      Collection<DeviceArray> resident,
      HostArrays hosts,
      @Nullable Recording recording) {
    this.name = name;
    this.signatures = List.copyOf(signatures);
    intsAt = new int[signatures.size()];
    int room = 0;
    for (int i = 0; i < signatures.size(); i++) {
      intsAt[i] = room;
      room += signatures.get(i).room();
    }
    ints = hosts.ints(room);
    reals = hosts.floats(signatures.size() * Launch.REALS);

    TaskGraph graph = new TaskGraph(name);
    GridScheduler scheduler = new GridScheduler();
    Object[] places = resident.stream().map(DeviceArray::array).toArray();
    if (residents != null) {
      Object[] placed =
          resident.stream().filter(residents::knows).map(DeviceArray::array).toArray();
      graph = graph.consumeFromDevice(residents.name, placed);
      residents.addGrids(scheduler);
    }
    graph = graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, ints, reals);
    for (Object in : travelling(DeviceArray.Travel.IN)) {
      graph = graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, in);
    }
    KernelContext context = new KernelContext();
    for (int i = 0; i < signatures.size(); i++) {
      Launch.Signature signature = signatures.get(i);
      Kernel.Numbers numbers =
          new Kernel.Numbers(context, intsAt[i], ints, i * Launch.REALS, reals);
      graph = signature.kernel().addTo(graph, task(i), numbers, signature.arrays());
      WorkerGrid grid = new WorkerGrid2D((int) signature.group().x(), (int) signature.group().y());
      grid.setLocalWork(signature.group().x(), signature.group().y(), 1);
      grids.add(grid);
    }
    if (recording != null) {
      graph = graph.libraryTask("recording", recording::task, ints);
    }
    for (Object out : travelling(DeviceArray.Travel.OUT)) {
      graph = graph.transferToHost(DataTransferMode.EVERY_EXECUTION, out);
    }
    tasks = graph.persistOnDevice(places).snapshot();
    known = Set.copyOf(resident);
    addGrids(scheduler);
    plan =
        residents == null
            ? new TornadoExecutionPlan(tasks)
            : new TornadoExecutionPlan(residents.tasks, tasks);
    index = residents == null ? 0 : 1;
    plan.withGridScheduler(scheduler);
    if (replayed) {
      plan.withCUDAGraph();
    }
    if (residents != null) {
      // Executed once more as part of this plan, the other graph hands its places over.
      try {
        plan.withGraph(0).execute();
      } catch (RuntimeException e) {
        throw failed(e);
      }
    }
    selected = plan;
  }

  private boolean knows(DeviceArray array) {
    return known.contains(array);
  }

  private void addGrids(GridScheduler scheduler) {
    for (int i = 0; i < grids.size(); i++) {
      if (signatures.get(i).kernel().isLibrary()) {
        continue;
      }
      scheduler.addWorkerGrid(name + "." + task(i), grids.get(i));
    }
  }

  private static String task(int index) {
    return "t" + index;
  }

  private Object[] travelling(DeviceArray.Travel travel) {
    Set<Object> arrays = new LinkedHashSet<>();
    for (Launch.Signature signature : signatures) {
      for (DeviceArray array : signature.arrays()) {
        if (array.travel() == travel) {
          arrays.add(array.array());
        }
      }
    }
    return arrays.toArray();
  }

  /// Executes launches that have this graph's signatures, and waits for them.
  ///
  /// @throws IllegalStateException if TornadoVM can't compile or run a kernel; the message names the kernels
  void execute(List<Launch> launches) {
    for (int i = 0; i < launches.size(); i++) {
      Launch launch = launches.get(i);
      for (int j = 0; j < launch.ints().length; j++) {
        ints.set(intsAt[i] + j, launch.ints()[j]);
      }
      for (int j = 0; j < launch.reals().length; j++) {
        reals.set(i * Launch.REALS + j, launch.reals()[j]);
      }
      grids.get(i).setGlobalWork(launch.threads().x(), launch.threads().y(), 1);
    }
    try {
      if (executions++ % EXECUTIONS == 0) {
        selected = plan.withGraph(index);
      }
      selected.execute();
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  private IllegalStateException failed(RuntimeException e) {
    return new IllegalStateException(
        "TornadoVM could not compile or run "
            + signatures.stream()
                .map(signature -> signature.kernel().name())
                .distinct()
                .collect(Collectors.joining(", "))
            + ": "
            + Failure.line(e),
        e);
  }
}
