package org.tramontane.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.GenerationOptions;
import org.tramontane.transformer.Generator;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import org.tramontane.transformer.Sampler;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tramontane generate`: continues a prompt.
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Continue a prompt: text goes to standard output as it comes, the speed to standard error.",
      "A model without a tokenizer takes --prompt-ids and prints ids."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tramontane generate --model DIR --prompt \"Once upon a time\"",
      "  tramontane generate --model DIR --prompt-file story.txt --temperature 0.8 --min-p 0.05 --seed 1",
      "  tramontane generate --model DIR --prompt-ids 1,403,407 --ignore-eos --json"
    })
public final class GenerateCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Checkpoint folder: config.json, *.safetensors and a tokenizer for text.")
  private Path model;

  @ArgGroup(multiplicity = "1")
  private PromptOptions prompt;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Stop after N tokens (default: ${DEFAULT-VALUE}).")
  private int maxNewTokens = 128;

  @Mixin private AdapterMixin adapter;

  @Mixin private SamplingOptions sampling;

  @Option(names = "--ignore-eos", description = "Go on after the end-of-sequence token.")
  private boolean ignoreEos;

  @Option(
      names = "--json",
      description = "Print one object with the new tokens' ids and their text, at the end.")
  private boolean json;

  @Mixin private BackendMixin backend;

  /// Made by picocli, which sets the options.
  @SuppressWarnings("NullAway.Init")
  public GenerateCommand() {}

  @Override
  public Integer call() throws IOException {
    if (maxNewTokens < 1) {
      throw new UserError("--max-new-tokens " + maxNewTokens + ": allowed are 1 or more");
    }
    Sampler sampler = sampling.sampler();
    PrintWriter out = spec.commandLine().getOut();
    try (Arena arena = Arena.ofShared();
        Backend computing = backend.create()) {
      MistralModel policy = adapter.open(model, arena, computing);
      MistralWeights weights = policy.weights();
      ModelText text = new ModelText(model, weights.config());
      int[] ids = prompt.ids(text);
      GenerationOptions options =
          new GenerationOptions(
              maxNewTokens, Set.copyOf(weights.config().eosTokenIds()), ignoreEos);
      TokenPrinter printer = json ? TokenPrinter.silent() : text.printer(ids, out);
      Speed speed = new Speed(ids.length, readPerToken(weights));
      int[] generated =
          new Generator(policy)
              .generate(
                  List.of(ids),
                  options,
                  sampler,
                  (sequence, id) -> {
                    speed.tick();
                    printer.print(id);
                  })
              .getFirst();
      printer.end();
      if (json) {
        out.println(object(generated, text.continuation(ids, generated)));
        out.flush();
      }
      spec.commandLine().getErr().println(speed.line());
    }
    return 0;
  }

  /// The bytes that one decoding step reads: of an embedding table that is not the head too, it is only a row.
  private static long readPerToken(MistralWeights weights) {
    return weights.config().tieWordEmbeddings()
        ? weights.bytes()
        : weights.bytes() - weights.embedTokens().byteSize();
  }

  private static ObjectNode object(int[] generated, Optional<String> text) {
    ObjectNode object = JSON.createObjectNode();
    ArrayNode ids = object.putArray("ids");
    for (int id : generated) {
      ids.add(id);
    }
    text.ifPresent(decoded -> object.put("text", decoded));
    return object;
  }
}
