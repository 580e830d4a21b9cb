/// The ND4J backend: every kernel through ND4J 1.0.0-M2.1 operations, on nd4j-native (CPU) or nd4j-cuda-11.6.
///
/// ND4J's jars are optional. [Nd4jBackendProvider] names no class of theirs and says what to add where they are
/// missing; everything behind it is loaded only when they are there. `docs/adr/0006-nd4j.md` says why things are as
/// they are.
///
/// Reading order: [Nd4jBackendProvider], [Nd4jBackend], `Nd4jKernels`, then one file per concept in `internal`.
@NullMarked
package org.tramontane.tensor.nd4j;

import org.jspecify.annotations.NullMarked;
