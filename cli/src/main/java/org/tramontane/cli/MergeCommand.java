package org.tramontane.cli;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.LoraAdapter;
import org.tramontane.transformer.MistralWeights;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tramontane merge`: a checkpoint and an adapter become one checkpoint.
@Command(
    name = "merge",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Add a LoRA adapter to its base, W + scaling * B A, and write a full checkpoint.",
      "Computed in F32 and stored as the base is, or as --dtype says."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tramontane merge --model base --adapter out/spac --output out/merged",
      "  tramontane merge --model base --adapter out/spac --output out/merged --dtype bf16"
    })
public final class MergeCommand implements Callable<Integer> {
  /// What checkpoints are stored in.
  enum Storage {
    F32(DType.F32),
    BF16(DType.BF16),
    F16(DType.F16);

    private final DType dtype;

    Storage(DType dtype) {
      this.dtype = dtype;
    }
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The base: config.json and *.safetensors.")
  private Path model;

  @Option(
      names = "--adapter",
      required = true,
      paramLabel = "DIR",
      description = "The adapter, in PEFT's format.")
  private Path adapter;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "The folder of the merged checkpoint.")
  private Path output;

  @Option(names = "--overwrite", description = "Replace --output if it is not empty.")
  private boolean overwrite;

  @Option(
      names = "--dtype",
      paramLabel = "f32|bf16|f16",
      description = "How to store it. Default: as the base's linear layers are.")
  private @Nullable Storage storage;

  @Mixin private BackendMixin backend;

  /// Made by picocli, which sets the options.
  @SuppressWarnings("NullAway.Init")
  public MergeCommand() {}

  @Override
  public Integer call() throws IOException {
    if (!overwrite && Files.exists(output) && !isEmpty(output)) {
      throw new UserError(
          "--output "
              + output
              + " is not empty; name another folder, or give --overwrite to replace it");
    }
    try (Arena arena = Arena.ofShared();
        Backend computing = backend.create()) {
      MistralWeights base = MistralWeights.open(model, arena);
      LoraAdapter lora = LoraAdapter.open(adapter, base.config(), arena);
      DType dtype = storage == null ? base.layer(0).qProj().dtype() : storage.dtype;
      lora.merge(base, dtype, computing.kernels(), arena).save(output, dtype, model);
      spec.commandLine()
          .getErr()
          .printf(
              "merged %d matrices of rank %d into %s, stored as %s%n",
              lora.byName().size() / 2,
              lora.config().r(),
              output,
              dtype.name().toLowerCase(Locale.ROOT));
    }
    return 0;
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }
}
