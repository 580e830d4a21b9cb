/// Kernels for TornadoVM, one file each with its derivation: static methods that its compiler turns into OpenCL C or PTX.
///
/// What such a method may do is narrow, and some of what it may not do is wrong without a word:
///
/// - Arguments are at most 20, of primitive types, [uk.ac.manchester.tornado.api.KernelContext] and TornadoVM's arrays. No
///   objects, no recursion, no exceptions.
/// - Sums are reduced in local memory by hand: `@Reduce` gives wrong ones, and `simdSum` on OpenCL is the identity. A tree
///   whose shape depends on nothing but constants also gives the same bits each time.
/// - Parameters keep their names in OpenCL C, so none may be one of its keywords, such as `half` (an error, not silence).
/// - Class files need their table of local variables (`javac -g`), which the compiler of kernels reads.
/// - After an `if` and `else` that both end with a loop, variables have the values of the `else` branch.
/// - An array in local memory must not be an argument of a helper method: there its elements are looked up at wrong addresses.
/// - A method with a `KernelContext` that is called as plain Java runs thread 0 only, so it is tested on a device or not at all.
///
/// - Arguments of primitive types are compiled in as constants: what differs from call to call comes in arrays (`Graph`).
@NullMarked
package org.tramontane.tensor.tornado.internal;

import org.jspecify.annotations.NullMarked;
