package org.tramontane.tensor.tornado.internal;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.tornado.internal.CudaDriver.CapturedKernel;
import org.tramontane.tensor.tornado.internal.DeviceArray.Travel;
import org.tramontane.tensor.tornado.internal.Launch.Grid;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/// Launches on a stream of its own, by CUDA's driver, what TornadoVM has compiled.
///
/// TornadoVM's interpreter takes longer than most kernels, and waits for the device after each execution. So it executes a kernel once,
/// which compiles it and shows how it is launched ([Recording]); from then on the kernel is put on the stream here, and the host goes on.
/// A kernel's parameters are numbers and arrays; the arrays' addresses are learnt too, and the numbers travel in pieces of one memory,
/// a piece for each launch.
///
/// Launches that come together, as a layer's do, become a CUDA graph when they come for the second time, unless a library is among them; what
/// doesn't need each other there ([Footprint]) runs side by side.
///
/// Nothing is waited for but by [#synchronize], [#copyToHost] and what travels to the host, before a kernel's first launch, and when the
/// memory for numbers is used up and begun anew. TornadoVM's own streams know nothing of
/// this one: whoever lets TornadoVM execute something has to call [#synchronize] before.
final class CudaQueue {
  /// Bytes of numbers that can be on their way.
  private static final long NUMBERS = 8L << 20;

  /// What pieces of numbers begin at a multiple of.
  private static final long ALIGNMENT = 16;

  /// Parameters before a kernel's own: TornadoVM's context, constants, local memory and atomics.
  private static final int RESERVED = 4;

  private static final int MOST_PARAMETERS = 16;

  /// CUDA graphs at most; when there are so many all are given up, and made again when they are needed.
  private static final int MOST_GRAPHS = 1024;

  /// Sequences of launches that are remembered until one of them comes again.
  private static final int MOST_SEEN = 1000;

  private final CudaDriver driver;
  private final Recorder recorder;
  private final boolean graphs;
  private final @Nullable KernelTimes times;
  private final long stream;
  private final Map<Compiled, CapturedKernel> kernels = new HashMap<>();
  private final Map<DeviceArray, Long> addresses = new HashMap<>();
  private final Map<Sequence, Integer> seen = new HashMap<>();
  private final Map<Sequence, Executable> executables = new HashMap<>();
  private final MemorySegment parameters =
      Arena.global().allocate(2L * MOST_PARAMETERS * Long.BYTES, Long.BYTES);
  private MemorySegment numbers;
  private long deviceNumbers;
  private long used;

  /// Lets TornadoVM execute a launch for the first time.
  interface Recorder {
    /// Executes it, and waits for it.
    void execute(Launch launch, Recording recording);
  }

  /// What a kernel is compiled for: TornadoVM may compile the size of a work-group in.
  private record Compiled(Kernel kernel, Grid group) {
    static Compiled of(Launch launch) {
      return new Compiled(launch.kernel(), launch.group());
    }
  }

  /// What launches have in common with those that a CUDA graph was made of.
  ///
  /// @param stages which of them may run side by side
  private record Sequence(List<Step> steps, List<Integer> stages) {
    record Step(
        Kernel kernel, List<DeviceArray> arrays, Grid threads, Grid group, int ints, int reals) {}

    static Sequence of(List<Launch> launches) {
      return new Sequence(
          launches.stream()
              .map(
                  launch ->
                      new Step(
                          launch.kernel(),
                          launch.arrays(),
                          launch.threads(),
                          launch.group(),
                          launch.ints().length,
                          launch.reals().length))
              .toList(),
          Footprint.stages(launches));
    }
  }

  /// A CUDA graph.
  ///
  /// @param graph its CUgraphExec
  /// @param numbers where its kernels find their numbers
  private record Executable(long graph, long numbers) {}

  /// @param graphs whether launches become CUDA graphs
  /// @param times what counts each kernel's time, which excludes graphs; or null
  CudaQueue(CudaDriver driver, Recorder recorder, boolean graphs, @Nullable KernelTimes times) {
    this.driver = driver;
    this.recorder = recorder;
    this.graphs = graphs && times == null;
    this.times = times;
    driver.enter();
    stream = driver.stream();
    numbers = driver.pinned(NUMBERS);
    deviceNumbers = driver.allocate(NUMBERS);
  }

  // ---- launches ----

  /// Executes launches in order.
  void execute(List<Launch> launches) {
    driver.enter();
    long size = 0;
    for (Launch launch : launches) {
      size += launch.kernel().isLibrary() ? 0 : bytes(launch);
    }
    long from = room(size);
    long at = from;
    for (Launch launch : launches) {
      if (!launch.kernel().isLibrary()) {
        write(launch, at);
        at += bytes(launch);
      }
    }
    MemorySegment piece = numbers.asSlice(from, size);
    Executable executable = executable(launches);
    if (executable != null) {
      driver.copyToDevice(piece, executable.numbers(), stream);
      driver.launchGraph(executable.graph(), stream);
    } else {
      if (size > 0) {
        driver.copyToDevice(piece, deviceNumbers + from, stream);
      }
      launchEach(launches, deviceNumbers + from);
    }
  }

  private void launchEach(List<Launch> launches, long from) {
    long at = from;
    for (Launch launch : launches) {
      if (launch.kernel().isLibrary()) {
        begin();
        multiply(launch);
        end(launch);
        continue;
      }
      Compiled key = Compiled.of(launch);
      CapturedKernel kernel = kernels.get(key);
      if (kernel == null) {
        kernels.put(key, record(launch));
      } else {
        prepare(kernel, launch, at);
        begin();
        driver.launch(
            kernel, groups(launch, true), groups(launch, false), parameters.address(), stream);
        end(launch);
        fetch(launch);
      }
      at += bytes(launch);
    }
  }

  private void begin() {
    if (times != null) {
      times.begin(stream);
    }
  }

  private void end(Launch launch) {
    if (times != null) {
      times.end(launch, stream);
    }
  }

  private static int groups(Launch launch, boolean x) {
    return Math.toIntExact(
        x ? launch.threads().x() / launch.group().x() : launch.threads().y() / launch.group().y());
  }

  private void multiply(Launch launch) {
    List<DeviceArray> arrays = launch.arrays();
    boolean floats = launch.kernel() == Kernel.GEMM_FLOATS;
    Gemm.run(
        stream,
        launch.ints(),
        launch.reals(),
        floats ? 0 : data(arrays.get(0)),
        floats ? 0 : data(arrays.get(1)),
        data(arrays.getLast()));
  }

  /// Lets TornadoVM execute a launch, and learns what it needs.
  private CapturedKernel record(Launch launch) {
    driver.synchronize(stream);
    Recording recording = new Recording(driver);
    recorder.execute(launch, recording);
    driver.enter();
    CapturedKernel kernel = recording.kernel();
    int first = RESERVED + (launch.kernel().takes() == Kernel.Takes.REALS ? 4 : 2);
    if (kernel.parameter(RESERVED + 1) != recording.ints() - TornadoNativeArray.ARRAY_HEADER) {
      throw new IllegalStateException(
          "TornadoVM launches " + launch.kernel() + " with other parameters than expected");
    }
    for (int i = 0; i < launch.arrays().size(); i++) {
      DeviceArray array = launch.arrays().get(i);
      if (array.travel() == Travel.RESIDENT) {
        long address = kernel.parameter(first + i);
        Long known = addresses.putIfAbsent(array, address);
        if (known != null && known != address) {
          throw new IllegalStateException("TornadoVM has moved an array");
        }
      }
    }
    return kernel;
  }

  /// Learns where a resident array is, from a kernel that has it as its only array.
  void learn(Launch touch) {
    CapturedKernel kernel = record(touch);
    kernels.putIfAbsent(Compiled.of(touch), kernel);
  }

  /// Where an array's header is. An array that travels to the host has a place of its own here.
  private long address(DeviceArray array) {
    Long known = addresses.get(array);
    if (known == null) {
      if (array.travel() != Travel.OUT) {
        throw new IllegalStateException("it is not known where an array is");
      }
      known = driver.allocate(array.array().getSegmentWithHeader().byteSize());
      addresses.put(array, known);
    }
    return known;
  }

  /// Where an array's first element is.
  private long data(DeviceArray array) {
    return address(array) + TornadoNativeArray.ARRAY_HEADER;
  }

  /// Writes the addresses of a launch's parameters, and the parameters, to [#parameters].
  ///
  /// @param at where its numbers are on the device
  private void prepare(CapturedKernel kernel, Launch launch, long at) {
    for (int i = 0; i < RESERVED; i++) {
      parameter(i, kernel.parameter(i));
    }
    int next = RESERVED;
    // A kernel counts from an array's header, and finds its first number behind it.
    parameter(next++, 0);
    parameter(next++, at - TornadoNativeArray.ARRAY_HEADER);
    if (launch.kernel().takes() == Kernel.Takes.REALS) {
      parameter(next++, 0);
      parameter(next++, at + aligned(4L * launch.ints().length) - TornadoNativeArray.ARRAY_HEADER);
    }
    for (DeviceArray array : launch.arrays()) {
      parameter(next++, address(array));
    }
  }

  private void parameter(int index, long value) {
    long at = (long) (MOST_PARAMETERS + index) * Long.BYTES;
    parameters.setAtIndex(JAVA_LONG, index, parameters.address() + at);
    parameters.set(JAVA_LONG, at, value);
  }

  // ---- CUDA graphs ----

  private @Nullable Executable executable(List<Launch> launches) {
    if (!graphs
        || launches.size() < 2
        || launches.stream().anyMatch(launch -> launch.kernel().isLibrary())) {
      return null;
    }
    Sequence sequence = Sequence.of(launches);
    Executable known = executables.get(sequence);
    if (known != null) {
      return known;
    }
    if (seen.size() >= MOST_SEEN) {
      seen.clear();
    }
    boolean possible =
        seen.merge(sequence, 1, Integer::sum) > 1
            && launches.stream()
                .noneMatch(
                    launch ->
                        launch.arrays().stream().anyMatch(array -> array.travel() == Travel.OUT))
            && launches.stream().allMatch(launch -> kernels.containsKey(Compiled.of(launch)));
    if (!possible) {
      return null;
    }
    if (executables.size() >= MOST_GRAPHS) {
      driver.synchronize(stream);
      for (Executable old : executables.values()) {
        driver.destroyExecutable(old.graph());
        driver.free(old.numbers() - ALIGNMENT);
      }
      executables.clear();
    }
    Executable made = build(launches, sequence.stages());
    executables.put(sequence, made);
    return made;
  }

  private Executable build(List<Launch> launches, List<Integer> stages) {
    long size = launches.stream().mapToLong(CudaQueue::bytes).sum();
    long memory = driver.allocate(ALIGNMENT + size) + ALIGNMENT;
    long graph = driver.graph();
    long at = memory;
    List<Long> before = List.of();
    List<Long> nodes = new ArrayList<>();
    for (int i = 0; i < launches.size(); i++) {
      Launch launch = launches.get(i);
      if (i > 0 && !stages.get(i).equals(stages.get(i - 1))) {
        before = nodes;
        nodes = new ArrayList<>();
      }
      CapturedKernel kernel = kernels.get(Compiled.of(launch));
      if (kernel == null) {
        throw new IllegalStateException(launch.kernel() + " is not known");
      }
      prepare(kernel, launch, at);
      nodes.add(
          driver.add(
              graph,
              kernel,
              groups(launch, true),
              groups(launch, false),
              parameters.address(),
              before));
      at += bytes(launch);
    }
    Executable made = new Executable(driver.instantiate(graph), memory);
    driver.destroy(graph);
    return made;
  }

  // ---- numbers ----

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static long bytes(Launch launch) {
    return aligned(4L * launch.ints().length) + aligned(4L * launch.reals().length);
  }

  private void write(Launch launch, long at) {
    MemorySegment.copy(launch.ints(), 0, numbers, JAVA_INT, at, launch.ints().length);
    MemorySegment.copy(
        launch.reals(),
        0,
        numbers,
        JAVA_FLOAT,
        at + aligned(4L * launch.ints().length),
        launch.reals().length);
  }

  /// Where `size` bytes of numbers can be written that nothing on the stream reads.
  private long room(long size) {
    // The first bytes are nobody's: a header would be there.
    if (used < ALIGNMENT || used + size > numbers.byteSize()) {
      driver.synchronize(stream);
      used = ALIGNMENT;
    }
    if (used + size > numbers.byteSize()) {
      long larger = 2 * (used + size);
      MemorySegment host = driver.pinned(larger);
      deviceNumbers = driver.allocate(larger);
      numbers = host;
    }
    long at = used;
    used += size;
    return at;
  }

  // ---- transfers ----

  /// Copies bytes to a resident array behind what is on the stream.
  ///
  /// @param from memory that is not pinned
  /// @param to the first byte of the array's elements to overwrite
  void copyToDevice(MemorySegment from, DeviceArray array, long to) {
    driver.enter();
    driver.copyToDevice(from, data(array) + to, stream);
  }

  /// Copies bytes of a resident array when all that is on the stream is done, and waits for it.
  void copyToHost(DeviceArray array, long from, MemorySegment to) {
    driver.enter();
    driver.copyToHost(data(array) + from, to, stream);
    driver.synchronize(stream);
  }

  /// Copies within a resident array behind what is on the stream; in bytes from its first element.
  void copyOnDevice(DeviceArray array, long from, long to, long bytes) {
    driver.enter();
    driver.copyOnDevice(data(array) + from, data(array) + to, bytes, stream);
  }

  /// Copies to the host what a launch has written for it, and waits for it.
  private void fetch(Launch launch) {
    for (DeviceArray array : launch.arrays()) {
      if (array.travel() == Travel.OUT) {
        MemorySegment host = array.array().getSegmentWithHeader();
        driver.copyToHost(data(array), host.asSlice(TornadoNativeArray.ARRAY_HEADER), stream);
        driver.synchronize(stream);
      }
    }
  }

  /// Waits until all that was put on the stream is done.
  void synchronize() {
    driver.enter();
    driver.synchronize(stream);
  }
}
