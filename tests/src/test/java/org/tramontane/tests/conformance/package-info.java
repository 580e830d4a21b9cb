/// One suite for every backend: each kernel against [org.tramontane.tests.reference.ReferenceKernels].
@NullMarked
package org.tramontane.tests.conformance;

import org.jspecify.annotations.NullMarked;
