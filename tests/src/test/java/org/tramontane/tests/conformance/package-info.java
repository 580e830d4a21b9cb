/// One suite for every backend: each kernel against [org.tramontane.tests.reference.ReferenceKernels].
///
/// Whoever is on the class path takes part: [Roster] says who does and who does not. `-Dtramontane.backends=NAME,NAME` restricts the suite, and the
/// goldens with it; `-Dtramontane.seed=N` runs it on other numbers. Reading order: [Candidate], [KernelTest], [Operands], [Close], then a kernel's test.
@NullMarked
package org.tramontane.tests.conformance;

import org.jspecify.annotations.NullMarked;
