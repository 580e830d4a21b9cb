/// The TornadoVM backend: kernels in Java that TornadoVM compiles for OpenCL, PTX or CUDA.
///
/// Read [org.tramontane.tensor.tornado.TornadoBackend], then in `internal`: `DeviceKernels` (each kernel's operands), `Device` (memory
/// and launches), `Mirror` (which of host and device is the newest), `Graph` (how TornadoVM executes launches), and a file per kernel.
@NullMarked
package org.tramontane.tensor.tornado;

import org.jspecify.annotations.NullMarked;
