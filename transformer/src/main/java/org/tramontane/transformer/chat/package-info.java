/// Chat formats: conversations become token ids.
///
/// [org.tramontane.transformer.chat.ConversationFormat] is what callers see.
/// [org.tramontane.transformer.chat.InstructEncoder] makes Mistral's own formats v1, v2 and v3 as mistral-common does;
/// [org.tramontane.transformer.chat.ConversationEncoder] goes by the [org.tramontane.transformer.chat.ChatTemplate]
/// that a checkpoint brings, as transformers does.
@NullMarked
package org.tramontane.transformer.chat;

import org.jspecify.annotations.NullMarked;
