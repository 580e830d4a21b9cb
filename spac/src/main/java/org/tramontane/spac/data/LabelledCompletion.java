package org.tramontane.spac.data;

import org.tramontane.transformer.Completion;

/// A response that was found good or bad by itself, as KTO and BCO read them.
///
/// @param completion x and y
/// @param desirable TRL's `label`
public record LabelledCompletion(Completion completion, boolean desirable) {}
