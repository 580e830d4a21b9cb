/// The leaderboard's six tasks: their data, texts, few-shot draws and scoring rules, in both versions of the harness.
///
/// Reading order: [LeaderboardTask], the kinds of [Doc], [Prompts].
@NullMarked
package org.tramontane.spac.eval.task;

import org.jspecify.annotations.NullMarked;
