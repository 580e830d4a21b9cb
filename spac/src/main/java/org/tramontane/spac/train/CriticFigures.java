package org.tramontane.spac.train;

import java.util.List;
import org.tramontane.spac.loss.CriticLoss;
import org.tramontane.spac.loss.ResponseRewards;

/// What a critic makes of the responses of many examples: means over these.
///
/// @param self of `f(y')`
/// @param data of f over the data's two responses
/// @param preferenceNll of `-log sigmoid(f(y+) - f(y-))`
/// @param accuracy the share with `f(y+) > f(y-)`, where a tie counts half
public record CriticFigures(double self, double data, double preferenceNll, double accuracy) {

  /// The figures of rewards, one example or more.
  public static CriticFigures of(List<ResponseRewards> rewards) {
    CriticLoss loss = new CriticLoss(1);
    double self = 0;
    double data = 0;
    double nll = 0;
    double accuracy = 0;
    for (ResponseRewards f : rewards) {
      self += f.self();
      data += f.data();
      nll += loss.at(f).preferenceTerm();
      accuracy += (1 + Math.signum(f.chosen() - f.rejected())) / 2;
    }
    int n = rewards.size();
    return new CriticFigures(self / n, data / n, nll / n, accuracy / n);
  }
}
