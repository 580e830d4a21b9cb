/// The CPU kernels, one file per concept; not API.
///
/// Reading order: `Lanes` (vectors and addresses), [Threads], [Scratch], [Gemm] and its two implementations, [MatMul],
/// then the kernels. Operands are checked in `CpuKernels`; from there on memory is named by address.
@NullMarked
package org.tramontane.tensor.cpu.internal;

import org.jspecify.annotations.NullMarked;
