package org.tramontane.spac.eval.engine;

import java.util.ArrayList;
import java.util.List;
import org.tramontane.spac.eval.task.Request;
import org.tramontane.transformer.GenerationOptions;
import org.tramontane.transformer.Generator;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Sampler;
import org.tramontane.transformer.tokenizer.StreamingDecoder;
import org.tramontane.transformer.tokenizer.Tokenizer;

/// Greedy continuations that end where a stop text appears.
final class GreedyAnswers {
  /// How many prompts a batch has for each sequence under way, so that a short answer makes room for the next.
  static final int ROUNDS = 4;

  private final Tokenizer tokenizer;
  private final Generator generator;
  private final GenerationOptions options;
  private long rows;

  GreedyAnswers(MistralModel model, Tokenizer tokenizer, int sequences) {
    this.tokenizer = tokenizer;
    this.generator = new Generator(model, sequences);
    this.options = GenerationOptions.of(model.config(), Request.GreedyUntil.MAX_NEW_TOKENS);
  }

  /// The texts before the first stop.
  ///
  /// @param requests one for each prompt
  List<String> answer(List<int[]> prompts, List<Request.GreedyUntil> requests) {
    Watch watch = new Watch(requests);
    List<int[]> generated = generator.generate(prompts, options, Sampler.greedy(), watch);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      rows += prompts.get(i).length + generated.get(i).length - 1L;
      texts.add(requests.get(i).cut(tokenizer.decode(generated.get(i))));
    }
    return texts;
  }

  /// Tokens that passed through the model so far.
  long rows() {
    return rows;
  }

  /// Reads along, and ends a sequence once its text holds a stop.
  private final class Watch implements Generator.Listener {
    private final List<Request.GreedyUntil> requests;
    private final List<StreamingDecoder> decoders = new ArrayList<>();
    private final List<StringBuilder> texts = new ArrayList<>();

    Watch(List<Request.GreedyUntil> requests) {
      this.requests = requests;
      for (int i = 0; i < requests.size(); i++) {
        decoders.add(tokenizer.streamingDecoder(true));
        texts.add(new StringBuilder());
      }
    }

    @Override
    public void onToken(int sequence, int id) {
      texts.get(sequence).append(decoders.get(sequence).append(id));
    }

    @Override
    public boolean stops(int sequence) {
      String text = texts.get(sequence).toString();
      return requests.get(sequence).cut(text).length() < text.length();
    }
  }
}
