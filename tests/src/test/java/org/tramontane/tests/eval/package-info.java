/// Evaluation on the leaderboard's real files: prompts against the harness's own, and whole runs on a small model.
@NullMarked
package org.tramontane.tests.eval;

import org.jspecify.annotations.NullMarked;
