/// Benchmarks: `tramontane bench` and what the JMH suites of `tests/benchmarks` share with it.
///
/// Reading order: [BenchCommand]; its short form [SpeedPlan], [SpeedBench], [ModelShape]; the suites against the machine
/// [Timing] (how a median is taken), [GemmBench], [KernelBench], [TrainingBench]; each kernel with its work and its check
/// [KernelCase], [KernelCases], [LayerKernel]; what becomes of JMH's figures [JmhReport].
@NullMarked
package org.tramontane.cli.bench;

import org.jspecify.annotations.NullMarked;
