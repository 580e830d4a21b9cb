/// `tramontane eval` and `tramontane compare`: the leaderboard's tasks, perplexity and preferences, and whether two runs
/// differ.
@NullMarked
package org.tramontane.cli.eval;

import org.jspecify.annotations.NullMarked;
