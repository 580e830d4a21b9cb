/// The CPU backend: Java Vector API kernels on a small pool of threads, OpenBLAS for large matrix products.
///
/// Reading order: [CpuBackendProvider], [CpuBackend], [CpuKernels], then one file per concept in `internal`.
@NullMarked
package org.tramontane.tensor.cpu;

import org.jspecify.annotations.NullMarked;
