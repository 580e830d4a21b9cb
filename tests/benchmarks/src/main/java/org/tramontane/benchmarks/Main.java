package org.tramontane.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/// Starts JMH with its own command line, to which this adds what all runs want: results as JSON, and the ceilings that shares
/// are taken of.
///
/// `--backend cpu,nd4j` is short for `-p backend=cpu,nd4j`.
public final class Main {
  private static final String RESULT = "jmh.json";

  private Main() {}

  /// Runs the benchmarks that the words name, all if they name none.
  public static void main(String[] args) throws Exception {
    System.exit(run(args));
  }

  /// Runs.
  ///
  /// @return the exit code: 0, or 2 for words that JMH does not understand, or benchmarks that fail
  static int run(String... args) throws RunnerException, IOException {
    List<String> words = expand(List.of(args));
    try {
      CommandLineOptions options = new CommandLineOptions(words.toArray(String[]::new));
      if (options.shouldHelp()) {
        options.showHelp();
      } else if (options.shouldList()) {
        new Runner(options).list();
      } else if (options.shouldListWithParams()) {
        new Runner(options).listWithParams(options);
      } else {
        new Runner(options).run();
      }
      return 0;
    } catch (CommandLineOptionException | RunnerException e) {
      System.err.println("benchmarks: " + e.getMessage());
      return 2;
    }
  }

  /// The user's words in JMH's language, with the defaults of this launcher.
  static List<String> expand(List<String> args) {
    List<String> words = new ArrayList<>();
    boolean hasFormat = false;
    boolean hasFile = false;
    boolean hasPattern = false;
    boolean valueExpected = false;
    for (int i = 0; i < args.size(); i++) {
      String word = args.get(i);
      if (word.equals("--backend") && i + 1 < args.size()) {
        words.add("-p");
        words.add("backend=" + args.get(++i));
        continue;
      }
      if (word.startsWith("--backend=")) {
        words.add("-p");
        words.add("backend=" + word.substring("--backend=".length()));
        continue;
      }
      hasFormat |= word.equals("-rf");
      hasFile |= word.equals("-rff");
      hasPattern |= !valueExpected && !word.startsWith("-");
      // Of JMH's options only these stand alone.
      valueExpected =
          word.startsWith("-") && !List.of("-h", "-l", "-lp", "-lprof", "-lrf").contains(word);
      words.add(word);
    }
    if (hasPattern) {
      words.add("CeilingBenchmark");
    }
    if (!hasFormat) {
      words.addAll(List.of("-rf", "json"));
    }
    if (!hasFile) {
      words.addAll(List.of("-rff", RESULT));
    }
    return words;
  }
}
