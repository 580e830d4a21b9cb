/// From requests to scores: tokens as the harness encodes them, batches that share beginnings, and results on disk as soon
/// as they are there.
@NullMarked
package org.tramontane.spac.eval.engine;

import org.jspecify.annotations.NullMarked;
