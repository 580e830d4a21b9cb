/// Hugging Face's safetensors: memory-mapped reading and writing.
///
/// A file is 8 bytes of header length (little-endian), a JSON header, and the tensors' bytes. Nothing in a file is
/// trusted: the header is checked as a whole before any tensor is handed out.
///
/// Reading order: [SafetensorsFile], [SafetensorsCheckpoint] (shards), [SafetensorsWriter].
@NullMarked
package org.tramontane.tensor.safetensors;

import org.jspecify.annotations.NullMarked;
