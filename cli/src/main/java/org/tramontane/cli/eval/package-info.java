/// `tramontane eval`: the leaderboard's tasks, perplexity and preferences, and whether two evaluations differ.
@NullMarked
package org.tramontane.cli.eval;

import org.jspecify.annotations.NullMarked;
