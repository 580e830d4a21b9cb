package org.tramontane.spac.theory.experiment;

import java.util.List;
import org.tramontane.spac.theory.Critic;
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
public record Game(
    int rounds,
    Critic.Certificate certificate,
    double residual,
    double regret,
    double promised,
    double bound,
    double shortfall) {
  static Game of(SpacT game, Critic critic, int rounds, double bound, double shortfall) {
    return new Game(
        rounds,
        critic.certificate(),
        game.criticResidual(),
        game.averageRegret(),
        game.regretBound(),
        bound,
        shortfall);
  }

  /// Of several seeds: the largest residual and shortfall, the means of all else.
  static Game over(List<Game> games) {
    return new Game(
        games.getFirst().rounds(),
        games.getFirst().certificate(),
        games.stream().mapToDouble(Game::residual).max().orElseThrow(),
        games.stream().mapToDouble(Game::regret).average().orElseThrow(),
        games.stream().mapToDouble(Game::promised).average().orElseThrow(),
        games.stream().mapToDouble(Game::bound).average().orElseThrow(),
        games.stream().mapToDouble(Game::shortfall).max().orElseThrow());
  }
}
