/// Evaluation of language models by the tasks of the Open LLM Leaderboard (v1), as lm-evaluation-harness computes them.
///
/// Reading order: [org.tramontane.spac.eval.task.LeaderboardTask] and the kinds of
/// [org.tramontane.spac.eval.task.Doc], then [org.tramontane.spac.eval.task.Prompts] (few-shot draws), then
/// `engine.Evaluation` (requests to scores), then `stats`.
@NullMarked
package org.tramontane.spac.eval;

import org.jspecify.annotations.NullMarked;
