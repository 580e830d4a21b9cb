package org.tramontane.tensor.tornado.internal;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Ceilings;
import org.tramontane.tensor.DeviceMemory;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.tornado.internal.Launch.Grid;
import org.tramontane.tensor.tornado.internal.Launch.Signature;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/// TornadoVM's default device: the arrays that tensors live in there, and the graphs that compute on them.
///
/// There is one for the life of the process, as kernels are compiled once and TornadoVM itself never ends. Every method takes its
/// turn.
///
/// Launches are executed one by one; between [#capture]'s beginning and its end they are held back and become one graph. Whatever
/// moves or frees memory first executes what is held back.
public final class Device {
  /// Threads of a work-group where a kernel asks for none.
  private static final Grid GROUP = new Grid(64, 1);

  /// How often the same launches in the same order are executed one by one before they become a graph.
  private static final int BEFORE_GRAPH = 1;

  /// TornadoVM allows 256 tasks.
  private static final int MOST_TASKS = 200;

  /// System property: whether kernels' times are counted and printed at the end, on CUDA.
  private static final String TIMES = "tramontane.tornado.times";

  private static final String PINNING = "tornado.cuda.host.pinning";

  /// Options of TornadoVM that matter here.
  private static final List<String> FLAGS =
      List.of(
          "tornado.recover.bailout",
          "tornado.device.memory",
          "tornado.tvm.maxbytecodesize",
          "tornado.opencl.compiler.flags",
          PINNING);

  private static final System.Logger LOG = System.getLogger(Device.class.getName());

  private static @Nullable Device shared;

  private final TornadoDevice device;
  private final Places places;
  private final boolean cuda;
  private final Replay replay;
  private final @Nullable CudaQueue queue;
  private final Gemm.Precision precision;
  private final String products;
  private final Map<Key, Graph> graphs = new HashMap<>();
  private final Map<List<Signature>, Integer> seen = new HashMap<>();
  private final List<Launch> held = new ArrayList<>();
  private final Transfers transfers = new Transfers(this);
  private final Map<String, Region> scratch = new HashMap<>();
  private final List<Graph> recorded = new ArrayList<>();
  private @Nullable Graph residents;
  private @Nullable Region tables;
  private @Nullable Region split;
  private int placed;
  private int made;
  private HostArrays hosts = new HostArrays(null);
  private boolean holding;
  private boolean interrupted;
  private long launches;
  private long executions;

  /// What a graph is made for.
  ///
  /// @param threads of each launch, if it is a CUDA graph; else none, as they may differ
  private record Key(List<Signature> signatures, List<Grid> threads) {}

  private Device() {
    device = TornadoRuntimeProvider.getTornadoRuntime().getDefaultDevice();
    places =
        new Places(
            device,
            new Places.Events() {
              @Override
              public void beforeChange() {
                release();
              }

              @Override
              public void made(Kernel touch, DeviceArray array) {
                add(touch, array);
              }
            });
    cuda = device.getTornadoVMBackend() == TornadoVMBackendType.CUDA;
    precision = precision();
    if (cuda && !"false".equalsIgnoreCase(System.getProperty(PINNING, "true"))) {
      throw new IllegalStateException(
          "TornadoVM would pin as much of the host's memory as the device has: add -D"
              + PINNING
              + "=false, as ./tramontane COMMAND --backend tornado does");
    }
    replay = Replay.chosen(cuda);
    if (Boolean.getBoolean(TIMES) && !replay.isByDriver()) {
      throw new UserError(
          "-D" + TIMES + "=true needs CUDA's driver to launch, and here it is " + replay.option());
    }
    Launch touch = place(Kernel.TOUCH_FLOATS, places.floatArray());
    if (cuda) {
      CudaDriver driver = new CudaDriver(); // the context is there now
      hosts = new HostArrays(driver);
      queue = replay.isByDriver() ? queue(driver) : null;
    } else {
      queue = null;
    }
    if (queue != null) {
      queue.learn(touch);
    }
    products =
        precision == Gemm.Precision.KERNELS
            ? "kernels in Java"
            : "cuBLAS " + CuBlas.shared().version() + ", " + precision.option();
  }

  private CudaQueue queue(CudaDriver driver) {
    KernelTimes times = Boolean.getBoolean(TIMES) ? new KernelTimes(driver) : null;
    CudaQueue made = new CudaQueue(driver, this::record, replay == Replay.GRAPHS, times);
    if (times != null) {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    synchronized (this) {
                      made.synchronize();
                      // The user asked for it, so it is shown where only warnings are.
                      LOG.log(System.Logger.Level.WARNING, "\n" + times.table());
                    }
                  }));
    }
    return made;
  }

  /// Lets TornadoVM execute a launch while it is looked at.
  private void record(Launch launch, Recording recording) {
    List<Signature> signatures = List.of(launch.signature());
    Graph graph =
        new Graph("g" + made++, signatures, true, residents, places.resident(), hosts, recording);
    graph.execute(List.of(launch));
    recorded.add(graph); // what it has on the device is used again
  }

  private Gemm.Precision precision() {
    if (cuda) {
      return Gemm.Precision.chosen();
    }
    if (System.getProperty(Gemm.OPTION) != null
        && Gemm.Precision.chosen() != Gemm.Precision.KERNELS) {
      throw new UserError(
          "-D"
              + Gemm.OPTION
              + "="
              + Gemm.Precision.chosen().option()
              + " needs TornadoVM's CUDA backend, and this is "
              + device.getTornadoVMBackend());
    }
    return Gemm.Precision.KERNELS;
  }

  /// Whether kernels are compiled as CUDA C.
  boolean isCuda() {
    return cuda;
  }

  /// How matrix products are computed.
  Gemm.Precision gemm() {
    return precision;
  }

  /// The device; the first call starts TornadoVM.
  public static synchronized Device shared() {
    Device current = shared;
    if (current == null) {
      current = new Device();
      shared = current;
    }
    return current;
  }

  /// What it is, and what it has.
  public String description() {
    return device.getPhysicalDevice().getDeviceName().strip()
        + " through "
        + device.getTornadoVMBackend()
        + ", "
        + Places.gib(places.budget())
        + " for tensors, "
        + Places.gib(places.allFloats())
        + " of them for floats; matrix products by "
        + products
        + (cuda ? "; launched by -Dtramontane.tornado.replay=" + replay.option() : "")
        + "; "
        + FLAGS.stream()
            .filter(flag -> System.getProperty(flag) != null)
            .map(flag -> "-D" + flag + "=" + System.getProperty(flag))
            .collect(Collectors.joining(" "));
  }

  /// [#description], fact by fact; memory in bytes.
  public Map<String, String> properties() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("device", device.getPhysicalDevice().getDeviceName().strip());
    facts.put("device_type", device.getDeviceType().toString());
    facts.put("driver", device.getTornadoVMBackend().toString());
    facts.put("platform", device.getPlatformName().strip());
    facts.put("memory_bytes", Long.toString(device.getMaxGlobalMemory()));
    facts.put("tensor_bytes", Long.toString(places.budget()));
    facts.put("float_bytes", Long.toString(places.allFloats()));
    facts.put("products", products);
    facts.put("launches", replay.option());
    for (String flag : FLAGS) {
      String value = System.getProperty(flag);
      if (value != null) {
        facts.put(flag.replace('.', '_'), value);
      }
    }
    return Collections.unmodifiableMap(facts);
  }

  /// What it has for tensors.
  public DeviceMemory memory() {
    return places.memory(precision != Gemm.Precision.KERNELS);
  }

  /// Kernels that were launched, the graphs that were executed for them, and bytes of tensors that were sent.
  public synchronized long[] counts() {
    return new long[] {launches, executions, transfers.sent()};
  }

  /// Floats that no tensor has.
  public synchronized long freeFloats() {
    return places.freeFloats();
  }

  // ---- launches ----

  /// A kernel with one thread an element.
  void launch(Kernel kernel, long elements, int[] ints, float[] reals, DeviceArray... words) {
    launch(kernel, perElement(elements), GROUP, ints, reals, words);
  }

  /// A kernel on `threads` threads in groups of `group`; nothing if there are none.
  ///
  /// @param words the weight that it reads as words, if it does
  void launch(
      Kernel kernel, Grid threads, Grid group, int[] ints, float[] reals, DeviceArray... words) {
    List<DeviceArray> arrays = new ArrayList<>(List.of(words));
    arrays.add(places.floatArray());
    launch(kernel, threads, group, ints, reals, arrays);
  }

  /// A kernel whose arrays are all of its parameters; or a task of a library.
  void launchOn(
      Kernel kernel, Grid threads, Grid group, int[] ints, float[] reals, DeviceArray... arrays) {
    launch(kernel, threads, group, ints, reals, List.of(arrays));
  }

  /// Makes what travels.
  HostArrays hosts() {
    return hosts;
  }

  /// Launches and copies on CUDA without TornadoVM; null if TornadoVM does.
  @Nullable CudaQueue queue() {
    return queue;
  }

  /// Where floats are.
  DeviceArray floatArray() {
    return places.floatArray();
  }

  /// A transfer with one thread an element, whose arrays are all of its parameters.
  void transfer(Kernel kernel, long elements, int[] ints, DeviceArray... arrays) {
    launchOn(kernel, perElement(elements), GROUP, ints, new float[0], arrays);
  }

  private static Grid perElement(long elements) {
    return new Grid((elements + GROUP.x() - 1) / GROUP.x() * GROUP.x(), 1);
  }

  private synchronized void launch(
      Kernel kernel,
      Grid threads,
      Grid group,
      int[] ints,
      float[] reals,
      List<DeviceArray> arrays) {
    if (threads.x() == 0 || threads.y() == 0) {
      return;
    }
    Launch launch = new Launch(kernel, ints, reals, arrays, threads, group);
    if (holding && !interrupted) {
      held.add(launch);
    } else {
      execute(List.of(launch));
    }
  }

  /// Runs `body` and holds its launches back until it has returned.
  public void capture(Runnable body) {
    boolean outer = begin();
    try {
      body.run();
    } finally {
      if (outer) {
        end();
      }
    }
  }

  private synchronized boolean begin() {
    if (holding) {
      return false;
    }
    holding = true;
    interrupted = false;
    return true;
  }

  private synchronized void end() {
    holding = false;
    List<Launch> all = List.copyOf(held);
    held.clear();
    if (queue != null) {
      if (!all.isEmpty()) {
        execute(all);
      }
      return;
    }
    for (int from = 0; from < all.size(); from += MOST_TASKS) {
      List<Launch> part = all.subList(from, Math.min(all.size(), from + MOST_TASKS));
      List<Signature> signatures = part.stream().map(Launch::signature).toList();
      int times = seen.merge(signatures, 1, Integer::sum);
      if (times > BEFORE_GRAPH) {
        execute(part);
      } else {
        part.forEach(launch -> execute(List.of(launch)));
      }
    }
  }

  /// Executes what is held back, and from now to the end of the capture each launch by itself.
  private void release() {
    if (holding && !interrupted) {
      interrupted = true;
      List<Launch> all = List.copyOf(held);
      held.clear(); // also if one of them fails
      all.forEach(launch -> execute(List.of(launch)));
    }
  }

  private void execute(List<Launch> part) {
    if (queue != null) {
      try {
        queue.execute(part);
      } catch (RuntimeException e) {
        split = null; // it is not known what was made
        throw e;
      }
    } else {
      executeGraph(part);
    }
    launches += part.size();
    executions++;
  }

  private void executeGraph(List<Launch> part) {
    List<Signature> signatures = part.stream().map(Launch::signature).toList();
    boolean replayed =
        cuda
            && replay == Replay.TORNADO_GRAPHS
            && part.size() > 1
            && signatures.stream().noneMatch(signature -> signature.kernel().isLibrary());
    List<Grid> threads = replayed ? part.stream().map(Launch::threads).toList() : List.of();
    Key key = new Key(signatures, threads);
    Graph graph = graphs.get(key);
    if (graph == null) {
      graph =
          new Graph("g" + made++, signatures, replayed, residents, places.resident(), hosts, null);
      graphs.put(key, graph);
    }
    try {
      graph.execute(part);
    } catch (IllegalStateException e) {
      graphs.remove(key); // TornadoVM would go on in the middle of it
      split = null; // nor is it known what was made
      throw e;
    }
  }

  // ---- memory ----

  /// A region that belongs to `mirror` as long as that is reachable and its memory alive.
  synchronized Region lease(Mirror mirror, boolean wide, long elements) {
    return places.lease(mirror, wide, elements);
  }

  /// A region that nobody has; whoever takes it gives it back ([#give]).
  synchronized Region take(boolean wide, long elements) {
    return places.take(wide, elements);
  }

  synchronized void give(Region region) {
    places.give(region);
  }

  /// A region of floats that the next call with the same name uses again, as long as it is large enough.
  synchronized Operand scratch(String name, long elements) {
    Region current = scratch.get(name);
    if (current == null || current.elements() < elements) {
      if (current != null) {
        release();
        scratch.remove(name);
        give(current);
      }
      current = take(true, elements);
      scratch.put(name, current);
    }
    return current.operand();
  }

  /// Whether the pieces that were last made are those of these floats, and nobody has written to them since.
  synchronized boolean hasPiecesOf(Operand floats, long elements) {
    return split != null
        && split.array() == floats.array()
        && split.offset() == floats.offset()
        && split.elements() == elements;
  }

  /// Remembers whose pieces there are now; null if they can't be used again.
  synchronized void piecesAreOf(@Nullable Region floats) {
    split = floats;
  }

  /// Whether an operand is memory that is used again without anybody being told.
  synchronized boolean isScratch(Operand operand) {
    return scratch.values().stream()
        .anyMatch(
            region -> region.array() == operand.array() && region.offset() == operand.offset());
  }

  /// Hears that elements are about to be written.
  synchronized void beforeWrite(DeviceArray array, long offset, long elements) {
    Region current = split;
    if (current != null
        && current.array() == array
        && offset < current.offset() + current.elements()
        && current.offset() < offset + elements) {
      split = null;
    }
  }

  /// BF16 numbers for pieces of activations, which the next call uses again.
  synchronized Operand pieces(long elements) {
    return places.pieces(elements);
  }

  /// The tables of [Stored].
  synchronized Operand tables() {
    Region current = tables;
    if (current == null) {
      current = take(true, Tables.FLOATS);
      transfers.toDevice(Tables.all(), 0, 4 * Tables.FLOATS, current, 0);
      tables = current;
    }
    return current.operand();
  }

  /// Gives a new array its place on the device.
  ///
  /// @return what did so, and can be done again
  private Launch place(Kernel touch, DeviceArray array) {
    Launch first = new Launch(touch, new int[] {1, 0}, new float[0], List.of(array), GROUP, GROUP);
    Graph graph =
        new Graph(
            "r" + placed++,
            List.of(first.signature()),
            false,
            residents,
            places.resident(),
            hosts,
            null);
    graph.execute(List.of(first));
    residents = graph;
    return first;
  }

  /// As [#place], and lets the queue know.
  private void add(Kernel touch, DeviceArray array) {
    if (touch == Kernel.TOUCH_SHORTS) {
      split = null; // the pieces are elsewhere now
    }
    if (queue != null) {
      queue.synchronize();
    }
    Launch first = place(touch, array);
    if (queue != null) {
      queue.learn(first);
    }
  }

  // ---- transfers ----

  /// Copies the bytes of a tensor's memory to its region.
  synchronized void toDevice(MemorySegment host, Region region) {
    beforeWrite(region.array(), region.offset(), region.elements());
    release();
    transfers.toDevice(host, 0, host.byteSize(), region, 0);
  }

  /// Copies a region to a tensor's memory.
  synchronized void toHost(Region region, MemorySegment host) {
    release();
    transfers.toHost(region, host);
  }

  /// The partial sums of [SumOfSquares], in order.
  synchronized double sumOfSquares(Operand x, long elements) {
    release();
    return transfers.sumOfSquares(x, elements);
  }

  /// What [ArgMax] finds in each row.
  synchronized int[] argMax(Operand x, int rows, int columns) {
    release();
    return transfers.argMax(x, rows, columns);
  }

  /// What it can do at best, measured now.
  public synchronized Ceilings ceilings() {
    return new DeviceCeilings(this).measure();
  }

  /// Executes what is held back, and waits until all that was launched has ended.
  public synchronized void synchronize() {
    release();
    if (queue != null) {
      queue.synchronize();
    }
  }

  /// Executes what is held back, as somebody is about to overwrite what it reads.
  synchronized void beforeUpload() {
    release();
  }
}
