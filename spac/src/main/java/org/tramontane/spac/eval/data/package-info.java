/// Benchmark files as the Hub and the tasks' authors serve them, read to rows: JSONL, JSON, CSV and Parquet.
@NullMarked
package org.tramontane.spac.eval.data;

import org.jspecify.annotations.NullMarked;
