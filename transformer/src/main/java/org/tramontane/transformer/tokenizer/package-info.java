/// Tokenizers in pure Java: Hugging Face `tokenizer.json` and SentencePiece `tokenizer.model`, both BPE.
///
/// Read in this order: [org.tramontane.transformer.tokenizer.Tokenizer] is what callers see,
/// [org.tramontane.transformer.tokenizer.Tokenizers] opens a file or a checkpoint's directory.
@NullMarked
package org.tramontane.transformer.tokenizer;

import org.jspecify.annotations.NullMarked;
