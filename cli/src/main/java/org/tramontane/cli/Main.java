package org.tramontane.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.tramontane.cli.align.AlignCommand;
import org.tramontane.cli.align.RecipeFile;
import org.tramontane.cli.bench.BenchCommand;
import org.tramontane.cli.compare.CompareCommand;
import org.tramontane.cli.demo.DemoCommand;
import org.tramontane.cli.eval.EvalCommand;
import org.tramontane.cli.sweep.SweepCommand;
import org.tramontane.cli.theory.TheoryCommand;
import org.tramontane.tensor.UserError;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The command `tramontane`.
///
/// Exit codes: 0 for success, 2 for what the user can mend (a wrong option, path or file; one line on standard error),
/// 1 for a failure of the program itself. A stack trace is shown under `--verbose` only.
@Command(
    name = "tramontane",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Mistral and SPAC on the JVM: load, generate with and align Hugging Face checkpoints.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  tramontane demo                          the whole road in a minute, without a download",
      "  tramontane generate --model DIR --prompt \"Once upon a time\"",
      "  tramontane align --method spac --model DIR --data pairs.jsonl --output DIR",
      "  tramontane COMMAND --help                options and examples of a command"
    },
    subcommands = {
      DemoCommand.class,
      GenerateCommand.class,
      ScoreCommand.class,
      TokenizeCommand.class,
      AlignCommand.class,
      MergeCommand.class,
      EvalCommand.class,
      CompareCommand.class,
      SweepCommand.class,
      TheoryCommand.class,
      BenchCommand.class,
      DoctorCommand.class
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show stack traces of errors.")
  private boolean verbose;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "which command? 'tramontane --help' lists them");
  }

  /// Runs the command and ends the JVM with its exit code.
  public static void main(String[] args) {
    System.exit(execute(args));
  }

  /// Runs the command.
  ///
  /// @return the exit code
  public static int execute(String... args) {
    return execute(commandLine(), args);
  }

  /// Runs a command line made by [#commandLine].
  ///
  /// @return the exit code
  public static int execute(CommandLine commandLine, String... args) {
    try {
      return commandLine.execute(withRecipe(commandLine, args));
    } catch (UserError e) {
      report(commandLine.getErr(), oneLine(e), e, List.of(args).contains("--verbose"));
      return 2;
    }
  }

  /// The arguments with those of a recipe in front of the user's own.
  private static String[] withRecipe(CommandLine commandLine, String... args) {
    CommandLine align = Objects.requireNonNull(commandLine.getSubcommands().get("align"));
    int at = List.of(args).indexOf("align");
    if (at < 0) {
      return args;
    }
    List<String> expanded = new ArrayList<>(List.of(args).subList(0, at + 1));
    expanded.addAll(
        RecipeFile.expand(List.of(args).subList(at + 1, args.length), align.getCommandSpec()));
    return expanded.toArray(String[]::new);
  }

  /// The command with its error handling, for tests that look at its output.
  public static CommandLine commandLine() {
    Main main = new Main();
    CommandLine commandLine = new CommandLine(main);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    // An option after a recipe's wins.
    commandLine.setOverwrittenOptionsAllowed(true);
    commandLine.setParameterExceptionHandler(
        (e, args) -> {
          report(
              e.getCommandLine().getErr(), oneLine(e) + hint(e.getCommandLine()), e, main.verbose);
          return 2;
        });
    commandLine.setExecutionExceptionHandler(
        (e, failed, parsed) -> main.failure(e, failed.getErr()));
    return commandLine;
  }

  private int failure(Exception e, PrintWriter err) {
    if (isBrokenPipe(e)) {
      // Whoever read our output has had enough, as `head` has; that is not an error.
      return 0;
    }
    if (e instanceof UserError) {
      report(err, oneLine(e), e, verbose);
      return 2;
    }
    report(err, "failed: " + e + (verbose ? "" : " (--verbose shows where)"), e, verbose);
    return 1;
  }

  private static boolean isBrokenPipe(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof java.io.IOException && "Broken pipe".equals(cause.getMessage())) {
        return true;
      }
    }
    return false;
  }

  private static String oneLine(Throwable e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return message.strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  private static String hint(CommandLine command) {
    return " ('" + command.getCommandSpec().qualifiedName() + " --help' shows the options)";
  }

  private static void report(PrintWriter err, String line, Throwable e, boolean verbose) {
    err.println("tramontane: " + line);
    if (verbose) {
      e.printStackTrace(err);
    }
    err.flush();
  }
}
