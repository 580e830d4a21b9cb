/// Trainers: supervised fine-tuning, alignment on fixed responses by any loss, and rounds of self-play.
///
/// Reading order: [org.tramontane.spac.train.SelfPlayTrainer] (SPAC's and SPIN's rounds),
/// [org.tramontane.spac.train.OfflineTrainer] (DPO, KTO and their kin), [org.tramontane.spac.train.PreferenceTrainer]
/// (one minimisation against frozen log-probabilities, whatever the loss), [org.tramontane.spac.train.SpacGameTrainer] (SPAC's game with a critic of its own: [org.tramontane.spac.train.CriticStep]
/// and [org.tramontane.spac.train.PolicyStep]), `Objective` (a loss with its examples),
/// `TrainingLoop` (steps), `StepGradient` (one step's gradient),
/// [org.tramontane.spac.train.AdamWOptimizer]; beside them [org.tramontane.spac.train.TrainingObserver] (who listens)
/// and [org.tramontane.spac.train.PreferenceEvaluator] (held-out figures), and
/// [org.tramontane.spac.train.TrainingState] (what a training that is interrupted would need to go on).
@NullMarked
package org.tramontane.spac.train;

import org.jspecify.annotations.NullMarked;
