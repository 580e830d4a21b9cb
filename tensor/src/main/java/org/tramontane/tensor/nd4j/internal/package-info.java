/// The ND4J kernels, one file per concept; not API.
///
/// Reading order: [Library] (ND4J in this process), `Region` and `Memory` (tensors as INDArrays), `Scratch`, [Ops] (the
/// operations that are used, and no others), then the kernels.
///
/// Two facts shape all of them. An operation costs 4 to 17 microseconds whatever its size, so kernels use few and large
/// ones. And ND4J keeps the offsets of rows of every shape that a row-wise operation has seen for the life of the
/// process, so kernels work in blocks whose shapes come from a small set.
@NullMarked
package org.tramontane.tensor.nd4j.internal;

import org.jspecify.annotations.NullMarked;
