/// Offline preference optimisation: data, losses, trainers; SPAC and its rivals.
@NullMarked
package org.tramontane.spac;

import org.jspecify.annotations.NullMarked;
