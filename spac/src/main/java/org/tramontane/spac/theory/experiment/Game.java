package org.tramontane.spac.theory.experiment;

import java.util.List;
import org.tramontane.spac.theory.Critic;
import org.tramontane.spac.theory.NeuralCritic;
import org.tramontane.spac.theory.SpacT;

/// What was checked along games.
///
/// @param rounds T
/// @param certificate what a critic's residual is
/// @param residual the largest of any critic step
/// @param regret the policy's average regret: how far the mixture is from winning its game, at most
/// @param promised mirror descent's bound on it
/// @param bound on suboptimality, from the run itself ([org.tramontane.spac.theory.Audit]); NaN where the game is another
/// @param shortfall the most by which a critic's answer was worse than the true reward; NaN likewise
/// @param restartGain the most by which random starts found a lower minimum than the one that was followed from round to round; NaN where the problem
///     is convex
public record Game(
    int rounds,
    Critic.Certificate certificate,
    double residual,
    double regret,
    double promised,
    double bound,
    double shortfall,
    double restartGain) {
  static Game of(SpacT game, Critic critic, int rounds, double bound, double shortfall) {
    return new Game(
        rounds,
        critic.certificate(),
        game.criticResidual(),
        game.averageRegret(),
        game.regretBound(),
        bound,
        shortfall,
        critic instanceof NeuralCritic neural ? neural.restartGain() : Double.NaN);
  }

  /// Of several seeds: the largest residual, shortfall and gain, the means of all else.
  public static Game over(List<Game> games) {
    return new Game(
        games.getFirst().rounds(),
        games.getFirst().certificate(),
        games.stream().mapToDouble(Game::residual).max().orElseThrow(),
        games.stream().mapToDouble(Game::regret).average().orElseThrow(),
        games.stream().mapToDouble(Game::promised).average().orElseThrow(),
        games.stream().mapToDouble(Game::bound).average().orElseThrow(),
        games.stream().mapToDouble(Game::shortfall).max().orElseThrow(),
        games.stream().mapToDouble(Game::restartGain).max().orElseThrow());
  }
}
