/// Tests across modules. Reading order: `reference` (what each kernel means, in F64), `conformance` (every backend against it), `golden` (whole models
/// against PyTorch's answers), `architecture` (who may import whom).
@NullMarked
package org.tramontane.tests;

import org.jspecify.annotations.NullMarked;
