/// Checkpoints of trainings on disk: safetensors and JSON, each folder with its checksums.
///
/// Reading order: [org.tramontane.spac.train.checkpoint.CheckpointStore] (folders: written, kept, found again),
/// [org.tramontane.spac.train.checkpoint.StateFile] (a state as one file),
/// [org.tramontane.spac.train.checkpoint.Checksums] (how a torn file is noticed),
/// [org.tramontane.spac.train.checkpoint.ReferenceCacheFile] (a reference's log-probabilities for later runs).
@NullMarked
package org.tramontane.spac.train.checkpoint;

import org.jspecify.annotations.NullMarked;
