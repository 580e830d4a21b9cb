/// JMH suites. Reading order: [CeilingBenchmark] (what the machine can do), [KernelBenchmark], [ModelBenchmark], [Main].
@NullMarked
package org.tramontane.benchmarks;

import org.jspecify.annotations.NullMarked;
