/// The theory of SPAC where everything can be computed: contextual bandits with Bradley-Terry preferences, SPAC-T with its critic step
/// solved to a certified gap, and the methods it is compared with. Plain doubles; nothing here needs a model or a tensor.
@NullMarked
package org.tramontane.spac.theory;

import org.jspecify.annotations.NullMarked;
