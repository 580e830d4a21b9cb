/// Benchmarks of `tramontane bench`: how near the kernels come to what this machine can do.
///
/// Reading order: [Timing] (how a median is taken), [Ceilings] (what is compared with), [GemmBench], [KernelBench],
/// [BenchCommand].
@NullMarked
package org.tramontane.cli.bench;

import org.jspecify.annotations.NullMarked;
