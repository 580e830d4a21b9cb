package org.tramontane.transformer.tokenizer;

import java.util.OptionalInt;

/// The ids of a tokenizer's special tokens, and what its files say about adding them to a prompt.
///
/// @param addBos whether the tokenizer's files ask for BOS before a prompt; [Tokenizer#encode] never adds it by itself
/// @param addEos whether they ask for EOS behind it
public record SpecialIds(
    OptionalInt bos,
    OptionalInt eos,
    OptionalInt pad,
    OptionalInt unk,
    boolean addBos,
    boolean addEos) {}
