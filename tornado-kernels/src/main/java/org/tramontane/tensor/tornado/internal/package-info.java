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
/// - A local array stays in the method that allocates it: a method that gets it as an argument, inlined or not, writes elsewhere, as
///   TornadoVM takes it for an array in global memory there.
/// - Conditions are asked where they are needed, of integers. A `boolean` that is computed with `&&` and handed on becomes an `||` of
///   negations, and TornadoVM may forget to negate one of the two.
/// - A barrier follows a store, an `if` or the beginning of a loop. One that directly follows a read is dropped: TornadoVM's phase
///   that lets reads float takes it for redundant. And a read may move down past a barrier to where its value is used, so what is
///   read is used before the next barrier, or the read is inside an `if`.
/// - A method with a `KernelContext` that is called as plain Java runs thread 0 only, so it is tested on a device or not at all.
///
/// - Arguments of primitive types are compiled in as constants: what differs from call to call comes in arrays (`Graph`).
@NullMarked
package org.tramontane.tensor.tornado.internal;

import org.jspecify.annotations.NullMarked;
