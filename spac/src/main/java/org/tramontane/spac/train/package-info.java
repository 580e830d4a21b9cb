/// Trainers: supervised fine-tuning, DPO, and SPAC's rounds of self-play.
///
/// Reading order: [org.tramontane.spac.train.SpacTrainer] (the rounds), [org.tramontane.spac.train.PreferenceTrainer] (one
/// minimisation against frozen log-probabilities), `TrainingLoop` (steps), `StepGradient` (one step's gradient),
/// [org.tramontane.spac.train.AdamWOptimizer]; beside them [org.tramontane.spac.train.TrainingObserver] (who listens) and
/// [org.tramontane.spac.train.PreferenceEvaluator] (held-out figures).
@NullMarked
package org.tramontane.spac.train;

import org.jspecify.annotations.NullMarked;
