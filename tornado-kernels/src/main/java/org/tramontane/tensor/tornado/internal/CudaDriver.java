package org.tramontane.tensor.tornado.internal;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/// CUDA's driver in the context that TornadoVM made: memory, one stream, launches, graphs, clocks.
///
/// Names, types and constants are those of the CUDA Driver API's manual. Functions whose later versions have other parameters are called
/// by the name of the version that is meant, which later drivers keep.
///
/// Not for two threads at once. [#enter] makes the context the calling thread's; every other method needs that.
final class CudaDriver {
  private static final long PAGE = 4096;
  private static final int PORTABLE = 1;
  private static final int NON_BLOCKING = 1;
  private static final int CAPTURE_ACTIVE = 1;
  private static final int KERNEL_NODE = 0;

  /// Bytes of CUDA_KERNEL_NODE_PARAMS_v1, and where its members are.
  private static final long NODE_PARAMS = 56;

  private static final long BLOCK_X = 20;
  private static final long SHARED_BYTES = 32;
  private static final long PARAMS = 40;

  private final MethodHandle ctxGetCurrent;
  private final MethodHandle ctxSetCurrent;
  private final MethodHandle hostRegister;
  private final MethodHandle memAlloc;
  private final MethodHandle copyToDevice;
  private final MethodHandle copyToHost;
  private final MethodHandle copyOnDevice;
  private final MethodHandle streamCreate;
  private final MethodHandle streamSynchronize;
  private final MethodHandle captureInfo;
  private final MethodHandle graphClone;
  private final MethodHandle graphNodes;
  private final MethodHandle nodeType;
  private final MethodHandle kernelNodeParams;
  private final MethodHandle launchKernel;
  private final MethodHandle graphCreate;
  private final MethodHandle addKernelNode;
  private final MethodHandle instantiate;
  private final MethodHandle graphDestroy;
  private final MethodHandle executableDestroy;
  private final MethodHandle memFree;
  private final MethodHandle graphLaunch;
  private final MethodHandle eventCreate;
  private final MethodHandle eventRecord;
  private final MethodHandle eventElapsed;
  private final MethodHandle errorName;
  private final MemorySegment out = Arena.global().allocate(64, 8);
  private final MemorySegment nodeParams = Arena.global().allocate(NODE_PARAMS, 8);
  private final long context;

  /// In the context that is current now.
  ///
  /// @throws IllegalStateException if there is none, or no driver
  CudaDriver() {
    NativeFunctions driver = open();
    ctxGetCurrent = driver.function("cuCtxGetCurrent", JAVA_LONG);
    ctxSetCurrent = driver.function("cuCtxSetCurrent", JAVA_LONG);
    hostRegister = driver.function("cuMemHostRegister_v2", JAVA_LONG, JAVA_LONG, JAVA_INT);
    memAlloc = driver.function("cuMemAlloc_v2", JAVA_LONG, JAVA_LONG);
    copyToDevice =
        driver.function("cuMemcpyHtoDAsync_v2", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    copyToHost =
        driver.function("cuMemcpyDtoHAsync_v2", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    copyOnDevice =
        driver.function("cuMemcpyDtoDAsync_v2", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    streamCreate = driver.function("cuStreamCreate", JAVA_LONG, JAVA_INT);
    streamSynchronize = driver.function("cuStreamSynchronize", JAVA_LONG);
    captureInfo =
        driver.function(
            "cuStreamGetCaptureInfo_v2",
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG);
    graphClone = driver.function("cuGraphClone", JAVA_LONG, JAVA_LONG);
    graphNodes = driver.function("cuGraphGetNodes", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    nodeType = driver.function("cuGraphNodeGetType", JAVA_LONG, JAVA_LONG);
    kernelNodeParams = driver.function("cuGraphKernelNodeGetParams", JAVA_LONG, JAVA_LONG);
    launchKernel =
        driver.function(
            "cuLaunchKernel",
            JAVA_LONG,
            JAVA_INT, // grid
            JAVA_INT,
            JAVA_INT,
            JAVA_INT, // block
            JAVA_INT,
            JAVA_INT,
            JAVA_INT, // bytes of shared memory
            JAVA_LONG, // stream
            JAVA_LONG, // kernelParams
            JAVA_LONG); // extra
    graphCreate = driver.function("cuGraphCreate", JAVA_LONG, JAVA_INT);
    addKernelNode =
        driver.function(
            "cuGraphAddKernelNode", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    instantiate = driver.function("cuGraphInstantiateWithFlags", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    graphDestroy = driver.function("cuGraphDestroy", JAVA_LONG);
    executableDestroy = driver.function("cuGraphExecDestroy", JAVA_LONG);
    memFree = driver.function("cuMemFree_v2", JAVA_LONG);
    graphLaunch = driver.function("cuGraphLaunch", JAVA_LONG, JAVA_LONG);
    eventCreate = driver.function("cuEventCreate", JAVA_LONG, JAVA_INT);
    eventRecord = driver.function("cuEventRecord", JAVA_LONG, JAVA_LONG);
    eventElapsed = driver.function("cuEventElapsedTime", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    errorName = driver.function("cuGetErrorName", JAVA_INT, JAVA_LONG);
    call("cuCtxGetCurrent", () -> (int) ctxGetCurrent.invokeExact(out.address()));
    context = out.get(JAVA_LONG, 0);
    if (context == 0) {
      throw new IllegalStateException("no CUDA context is current");
    }
  }

  private static NativeFunctions open() {
    try {
      return NativeFunctions.open("libcuda.so.1");
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("no libcuda.so.1: " + e.getMessage(), e);
    }
  }

  /// A call of the driver.
  private interface Call {
    int status() throws Throwable;
  }

  private void call(String function, Call call) {
    int status;
    try {
      status = call.status();
    } catch (Throwable e) {
      throw NativeFunctions.unexpected(e);
    }
    check(function, status);
  }

  private void check(String function, int status) {
    if (status != 0) {
      throw new IllegalStateException(function + " failed with " + name(status));
    }
  }

  private String name(int status) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(8, 8);
      if ((int) errorName.invokeExact(status, text.address()) == 0) {
        return NativeFunctions.at(text.get(JAVA_LONG, 0), 100).getString(0);
      }
    } catch (Throwable e) {
      throw NativeFunctions.unexpected(e);
    }
    return "CUresult " + status;
  }

  /// Makes the context the calling thread's.
  void enter() {
    call("cuCtxSetCurrent", () -> (int) ctxSetCurrent.invokeExact(context));
  }

  // ---- memory ----

  /// Zeros of the host's in pages of their own, which the device copies from and to directly; they stay for the life of the process.
  MemorySegment pinned(long bytes) {
    long size = (bytes + PAGE - 1) / PAGE * PAGE;
    MemorySegment memory = Arena.global().allocate(size, PAGE);
    enter();
    call(
        "cuMemHostRegister",
        () -> (int) hostRegister.invokeExact(memory.address(), size, PORTABLE));
    return memory.asSlice(0, bytes);
  }

  /// The address of new memory on the device.
  long allocate(long bytes) {
    call("cuMemAlloc", () -> (int) memAlloc.invokeExact(out.address(), bytes));
    return out.get(JAVA_LONG, 0);
  }

  /// Gives back what [#allocate] gave, when nothing on a stream needs it.
  void free(long address) {
    call("cuMemFree", () -> (int) memFree.invokeExact(address));
  }

  /// Returns when `from` may be overwritten if that is ordinary memory; at once if it is [#pinned].
  void copyToDevice(MemorySegment from, long to, long stream) {
    call(
        "cuMemcpyHtoDAsync",
        () -> (int) copyToDevice.invokeExact(to, from.address(), from.byteSize(), stream));
  }

  /// Done when the stream has been waited for.
  void copyToHost(long from, MemorySegment to, long stream) {
    call(
        "cuMemcpyDtoHAsync",
        () -> (int) copyToHost.invokeExact(to.address(), from, to.byteSize(), stream));
  }

  /// Copies on the device.
  void copyOnDevice(long from, long to, long bytes, long stream) {
    call("cuMemcpyDtoDAsync", () -> (int) copyOnDevice.invokeExact(to, from, bytes, stream));
  }

  // ---- streams and launches ----

  /// A new stream that waits for no other.
  long stream() {
    call("cuStreamCreate", () -> (int) streamCreate.invokeExact(out.address(), NON_BLOCKING));
    return out.get(JAVA_LONG, 0);
  }

  /// Waits until all that was put on the stream is done.
  void synchronize(long stream) {
    call("cuStreamSynchronize", () -> (int) streamSynchronize.invokeExact(stream));
  }

  /// Puts a kernel on the stream.
  ///
  /// @param params the address of its parameters' addresses
  void launch(CapturedKernel kernel, int gridX, int gridY, long params, long stream) {
    call(
        "cuLaunchKernel",
        () ->
            (int)
                launchKernel.invokeExact(
                    kernel.function(),
                    gridX,
                    gridY,
                    1,
                    kernel.blockX(),
                    kernel.blockY(),
                    kernel.blockZ(),
                    kernel.sharedBytes(),
                    stream,
                    params,
                    0L));
  }

  // ---- what is captured ----

  /// A kernel as somebody launched it while his stream was capturing.
  ///
  /// @param function its CUfunction
  /// @param params the address of its parameters' addresses, which stay
  record CapturedKernel(
      long function, int blockX, int blockY, int blockZ, int sharedBytes, long params) {
    /// The first 8 bytes of a parameter.
    long parameter(int index) {
      long at = NativeFunctions.at(params, 8L * (index + 1)).get(JAVA_LONG, 8L * index);
      return NativeFunctions.at(at, 8).get(JAVA_LONG, 0);
    }
  }

  /// The only kernel among what a stream has captured so far.
  ///
  /// @throws IllegalStateException if the stream is not capturing, or has captured another number of kernels
  CapturedKernel captured(long stream) {
    long at = out.address();
    try (Arena arena = Arena.ofConfined()) {
      check(
          "cuStreamGetCaptureInfo",
          (int) captureInfo.invokeExact(stream, at, at + 8, at + 16, at + 24, at + 32));
      if (out.get(JAVA_INT, 0) != CAPTURE_ACTIVE) {
        throw new IllegalStateException("TornadoVM is not capturing");
      }
      // A copy, as TornadoVM destroys its own; parameters belong to the nodes.
      check("cuGraphClone", (int) graphClone.invokeExact(at, out.get(JAVA_LONG, 16)));
      long graph = out.get(JAVA_LONG, 0);
      check("cuGraphGetNodes", (int) graphNodes.invokeExact(graph, 0L, at));
      long count = out.get(JAVA_LONG, 0);
      MemorySegment nodes = arena.allocate(8 * count, 8);
      check("cuGraphGetNodes", (int) graphNodes.invokeExact(graph, nodes.address(), at));
      CapturedKernel only = null;
      for (long i = 0; i < count; i++) {
        long node = nodes.getAtIndex(JAVA_LONG, i);
        check("cuGraphNodeGetType", (int) nodeType.invokeExact(node, at));
        if (out.get(JAVA_INT, 0) == KERNEL_NODE) {
          if (only != null) {
            throw new IllegalStateException("TornadoVM has launched more than one kernel");
          }
          only = captured(node, nodeParams);
        }
      }
      if (only == null) {
        throw new IllegalStateException("TornadoVM has launched no kernel");
      }
      return only;
    } catch (Throwable e) {
      throw NativeFunctions.unexpected(e);
    }
  }

  private CapturedKernel captured(long node, MemorySegment params) throws Throwable {
    check("cuGraphKernelNodeGetParams", (int) kernelNodeParams.invokeExact(node, params.address()));
    return new CapturedKernel(
        params.get(JAVA_LONG, 0),
        params.get(JAVA_INT, BLOCK_X),
        params.get(JAVA_INT, BLOCK_X + 4),
        params.get(JAVA_INT, BLOCK_X + 8),
        params.get(JAVA_INT, SHARED_BYTES),
        params.get(JAVA_LONG, PARAMS));
  }

  // ---- graphs of our own ----

  /// An empty CUgraph.
  long graph() {
    call("cuGraphCreate", () -> (int) graphCreate.invokeExact(out.address(), 0));
    return out.get(JAVA_LONG, 0);
  }

  /// Adds a kernel to a graph.
  ///
  /// @param params as in [#launch]; copied
  /// @param after the nodes that it waits for
  /// @return its node
  long add(long graph, CapturedKernel kernel, int gridX, int gridY, long params, List<Long> after) {
    nodeParams.fill((byte) 0);
    nodeParams.set(JAVA_LONG, 0, kernel.function());
    nodeParams.set(JAVA_INT, 8, gridX);
    nodeParams.set(JAVA_INT, 12, gridY);
    nodeParams.set(JAVA_INT, 16, 1);
    nodeParams.set(JAVA_INT, BLOCK_X, kernel.blockX());
    nodeParams.set(JAVA_INT, BLOCK_X + 4, kernel.blockY());
    nodeParams.set(JAVA_INT, BLOCK_X + 8, kernel.blockZ());
    nodeParams.set(JAVA_INT, SHARED_BYTES, kernel.sharedBytes());
    nodeParams.set(JAVA_LONG, PARAMS, params);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment nodes =
          arena.allocateFrom(JAVA_LONG, after.stream().mapToLong(Long::longValue).toArray());
      check(
          "cuGraphAddKernelNode",
          (int)
              addKernelNode.invokeExact(
                  out.address(),
                  graph,
                  nodes.address(),
                  (long) after.size(),
                  nodeParams.address()));
    } catch (Throwable e) {
      throw NativeFunctions.unexpected(e);
    }
    return out.get(JAVA_LONG, 0);
  }

  /// The CUgraphExec of a graph, which does not need the graph.
  long instantiate(long graph) {
    call("cuGraphInstantiate", () -> (int) instantiate.invokeExact(out.address(), graph, 0L));
    return out.get(JAVA_LONG, 0);
  }

  /// Ends a CUgraph.
  void destroy(long graph) {
    call("cuGraphDestroy", () -> (int) graphDestroy.invokeExact(graph));
  }

  /// Ends a CUgraphExec that is not on a stream.
  void destroyExecutable(long executable) {
    call("cuGraphExecDestroy", () -> (int) executableDestroy.invokeExact(executable));
  }

  /// Puts a graph on the stream.
  void launchGraph(long executable, long stream) {
    call("cuGraphLaunch", () -> (int) graphLaunch.invokeExact(executable, stream));
  }

  // ---- clocks ----

  /// A CUevent that has a time.
  long event() {
    call("cuEventCreate", () -> (int) eventCreate.invokeExact(out.address(), 0));
    return out.get(JAVA_LONG, 0);
  }

  /// Gives the event its time when the stream comes to it.
  void record(long event, long stream) {
    call("cuEventRecord", () -> (int) eventRecord.invokeExact(event, stream));
  }

  /// Milliseconds from one event to another, both past.
  double milliseconds(long from, long to) {
    call("cuEventElapsedTime", () -> (int) eventElapsed.invokeExact(out.address(), from, to));
    return out.get(java.lang.foreign.ValueLayout.JAVA_FLOAT, 0);
  }
}
