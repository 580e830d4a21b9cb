/// Mistral's chat formats v1, v2 and v3: chat requests become token ids, as mistral-common makes them.
@NullMarked
package org.tramontane.transformer.chat;

import org.jspecify.annotations.NullMarked;
