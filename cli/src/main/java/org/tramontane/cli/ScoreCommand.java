package org.tramontane.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Scorer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tramontane score`: log-probabilities of completions, JSONL in and JSONL out.
@Command(
    name = "score",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Print the log-probability of each response token, one JSON object per line.",
    footerHeading = "%nInput, one JSON object per line:%n",
    footer = {
      "  {\"ids\":[1,5,6]}                              all tokens after the first are scored",
      "  {\"prompt_ids\":[1,5],\"response_ids\":[6,2]}    exactly these tokens",
      "  {\"prompt\":\"..\",\"response\":\"..\"}              text, with BOS before the prompt",
      "",
      "Ids are scored as they are: put EOS at the end of a response that ends with it.",
      "A response given as text ends with EOS only under --eos."
    })
public final class ScoreCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Lines that are read before any is scored, so that batches hold similar lengths.
  private static final int LINES = 256;

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Checkpoint folder: config.json, *.safetensors and a tokenizer for text.")
  private Path model;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "JSONL file (default: standard input).")
  private @Nullable Path input;

  @Mixin private AdapterMixin adapter;

  @Option(names = "--eos", description = "End responses given as text with the model's EOS.")
  private boolean eos;

  @Option(
      names = "--batch-tokens",
      paramLabel = "N",
      description = "Tokens that are computed together (default: ${DEFAULT-VALUE}).")
  private int batchTokens = Scorer.DEFAULT_TOKEN_BUDGET;

  @Mixin private BackendMixin backend;

  /// Made by picocli, which sets the options.
  @SuppressWarnings("NullAway.Init")
  public ScoreCommand() {}

  @Override
  public Integer call() throws IOException {
    if (batchTokens < 1) {
      throw new UserError("--batch-tokens " + batchTokens + ": allowed are 1 or more");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (Arena arena = Arena.ofShared();
        Backend computing = backend.create()) {
      MistralModel policy = adapter.open(model, arena, computing);
      ModelText text = new ModelText(model, policy.config());
      ScoreInput.Reader reader = new ScoreInput.Reader(policy.config(), text::encoder, eos);
      try (BufferedReader lines = open();
          Scorer scorer = new Scorer(policy, batchTokens)) {
        score(lines, reader, scorer, out);
      }
    }
    return 0;
  }

  private BufferedReader open() throws IOException {
    if (input == null) {
      return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    }
    if (!Files.isRegularFile(input)) {
      throw new UserError(input + ": no such file");
    }
    return Files.newBufferedReader(input);
  }

  private void score(BufferedReader lines, ScoreInput.Reader reader, Scorer scorer, PrintWriter out)
      throws IOException {
    String file = input == null ? "standard input" : input.toString();
    List<ScoreInput> read = new ArrayList<>();
    long number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (!line.isBlank()) {
        read.add(reader.read(file + ":" + number, line));
      }
      if (read.size() == LINES) {
        print(read, scorer, out);
        read.clear();
      }
    }
    print(read, scorer, out);
  }

  private static void print(List<ScoreInput> inputs, Scorer scorer, PrintWriter out) {
    List<float[]> scores =
        scorer.tokenLogProbs(inputs.stream().map(ScoreInput::completion).toList());
    for (int i = 0; i < scores.size(); i++) {
      ObjectNode line = JSON.createObjectNode();
      if (inputs.get(i).text()) {
        ArrayNode ids = line.putArray("response_ids");
        for (int id : inputs.get(i).completion().responseIds()) {
          ids.add(id);
        }
      }
      ArrayNode logProbs = line.putArray("logprobs");
      for (float logProb : scores.get(i)) {
        if (Float.isNaN(logProb)) {
          throw new UserError(
              inputs.get(i).where() + ": the log-probability is NaN; the checkpoint is damaged");
        }
        logProbs.add(logProb);
      }
      line.put("sum", Scorer.sum(scores.get(i)));
      out.println(line);
    }
    out.flush();
  }
}
