/// What the backends share; not API.
@NullMarked
package org.tramontane.tensor.internal;

import org.jspecify.annotations.NullMarked;
