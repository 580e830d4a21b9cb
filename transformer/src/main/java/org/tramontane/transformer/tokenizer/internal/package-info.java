/// Both file formats compile to one merge engine, `BpeModel`; what differs is how text is prepared and decoded.
@NullMarked
package org.tramontane.transformer.tokenizer.internal;

import org.jspecify.annotations.NullMarked;
