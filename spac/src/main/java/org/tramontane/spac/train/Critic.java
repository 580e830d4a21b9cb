package org.tramontane.spac.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.ResponseRewards;
import org.tramontane.spac.loss.RewardBound;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.ValueModel;
import org.tramontane.transformer.ValueScorer;

/// The critic of SPAC's game: a reward `f(x, y) = B tanh(g(x, y) / B)`, where g is a [ValueModel] that has read prompt and
/// response.
public record Critic(ValueModel model, RewardBound bound) {
  private static final String FILE = "critic.json";
  private static final String BOUND = "critic_bound";
  private static final ObjectMapper JSON = new ObjectMapper();

  /// The seed of a fresh critic's adapter in a training with `seed`: another one than that of the policy's adapter.
  public static long adapterSeed(long seed) {
    return ~seed;
  }

  /// f of the responses of each example, which all have y'.
  public List<ResponseRewards> rewards(List<PreferenceExample> examples) {
    return rewards(examples, () -> {});
  }

  /// As above.
  ///
  /// @param afterBatch is called after each batch; what it throws ends this
  List<ResponseRewards> rewards(List<PreferenceExample> examples, Runnable afterBatch) {
    List<Completion> completions =
        examples.stream().flatMap(example -> completions(example).stream()).toList();
    double[] heads;
    try (ValueScorer scorer = new ValueScorer(model)) {
      heads = scorer.values(completions, afterBatch);
    }
    List<ResponseRewards> rewards = new ArrayList<>();
    for (int i = 0; i < heads.length; i += 3) {
      rewards.add(
          new ResponseRewards(
              bound.reward(heads[i]), bound.reward(heads[i + 1]), bound.reward(heads[i + 2])));
    }
    return rewards;
  }

  /// x with y+, y- and y', in this order.
  ///
  /// @throws IllegalArgumentException if there is no y'
  static List<Completion> completions(PreferenceExample example) {
    if (example.self() == null) {
      throw new IllegalArgumentException("an example without y'; a critic compares it with others");
    }
    return example.completions();
  }

  /// Writes the model's files (see [ValueModel#writeTo]), and the bound into `critic.json`, into a folder that is there.
  ///
  /// @throws IOException if a file can't be written
  public void writeTo(Path folder, Path startedFrom) throws IOException {
    model.writeTo(folder, startedFrom);
    Files.writeString(
        folder.resolve(FILE),
        JSON.createObjectNode().put(BOUND, bound.bound()).toPrettyString() + "\n");
  }

  /// Reads what [#writeTo] has written.
  ///
  /// @param base what an adapter sits on; not read otherwise
  /// @throws UserError if a file is missing or broken, or does not fit
  public static Critic open(Path dir, @Nullable MistralModel base, Backend backend, Arena arena) {
    Path file = dir.resolve(FILE);
    JsonNode bound;
    try {
      bound = JSON.readTree(Files.readString(file)).path(BOUND);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
    }
    if (!bound.isNumber() || !(bound.asDouble() > 0)) {
      throw new UserError(file + ": " + BOUND + " = " + bound + "; allowed: a number above 0");
    }
    return new Critic(
        ValueModel.open(dir, base, backend, arena), new RewardBound(bound.asDouble()));
  }
}
