/// `tramontane theory`: the lab that shows what SPAC's theorem says, and what other methods do there.
@NullMarked
package org.tramontane.cli.theory;

import org.jspecify.annotations.NullMarked;
