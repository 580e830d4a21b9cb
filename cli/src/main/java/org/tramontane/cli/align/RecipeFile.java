package org.tramontane.cli.align;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tramontane.tensor.UserError;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// A recipe: a YAML file whose keys are a command's long options with underscores, `learning_rate: 5e-7` for
/// `--learning-rate 5e-7`. Options on the command line win over the recipe's.
///
/// A key that is no option is refused with the nearest one that is, a value of the wrong type with file, key and value.
/// Relative paths are relative to the working directory, as on the command line.
public final class RecipeFile {
  private static final String OPTION = "--recipe";

  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final String file;
  private final CommandSpec command;

  private RecipeFile(String file, CommandSpec command) {
    this.file = file;
    this.command = command;
  }

  /// Puts the options of the recipe that `arguments` name in front of them; without `--recipe` they stay as they are.
  ///
  /// @param arguments what follows the command's name
  /// @param command whose options the recipe may set
  /// @throws UserError if the recipe can't be read or does not fit the command
  public static List<String> expand(List<String> arguments, CommandSpec command) {
    Optional<Path> file = recipeOf(arguments);
    if (file.isEmpty()) {
      return arguments;
    }
    List<String> expanded = new RecipeFile(file.get().toString(), command).options();
    expanded.addAll(arguments);
    return expanded;
  }

  /// The option that one key of `file` stands for, with its value.
  static String option(String file, String key, JsonNode value, CommandSpec command) {
    RecipeFile recipe = new RecipeFile(file, command);
    OptionSpec option = recipe.option(key);
    recipe.requireType(key, value, option.type());
    return option.longestName() + "=" + value.asText();
  }

  private static Optional<Path> recipeOf(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).equals(OPTION) && i + 1 < arguments.size()) {
        return Optional.of(Path.of(arguments.get(i + 1)));
      }
      if (arguments.get(i).startsWith(OPTION + "=")) {
        return Optional.of(Path.of(arguments.get(i).substring(OPTION.length() + 1)));
      }
    }
    return Optional.empty();
  }

  private List<String> options() {
    JsonNode root = read();
    if (!root.isObject()) {
      throw new UserError(file + ": not a recipe: a list of 'key: value' lines is expected");
    }
    List<String> options = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      OptionSpec option = option(entry.getKey());
      JsonNode value = entry.getValue();
      if (value.isNull()) {
        continue;
      }
      requireType(entry.getKey(), value, option.type());
      options.add(option.longestName() + "=" + value.asText());
    }
    return options;
  }

  private JsonNode read() {
    return read(file);
  }

  /// A YAML file, in which a key stands once.
  ///
  /// @throws UserError if there is none, or it is not YAML
  public static JsonNode read(String file) {
    try {
      return YAML.readTree(Files.readAllBytes(Path.of(file)));
    } catch (NoSuchFileException e) {
      throw new UserError(file + " does not exist", e);
    } catch (JsonProcessingException e) {
      String line = e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
      String cause = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new UserError(file + line + ": not valid YAML: " + cause, e);
    } catch (IOException e) {
      throw new UserError(file + " can't be read: " + e.getMessage(), e);
    }
  }

  private OptionSpec option(String key) {
    OptionSpec option = command.findOption("--" + key.replace('_', '-'));
    if (option == null
        || key.contains("-")
        || option.usageHelp()
        || option.longestName().equals(OPTION)) {
      String nearest =
          keys().min(Comparator.comparingInt(candidate -> distance(key, candidate))).orElse("");
      throw new UserError(file + ": unknown key '" + key + "'; did you mean '" + nearest + "'?");
    }
    return option;
  }

  private java.util.stream.Stream<String> keys() {
    return command.options().stream()
        .filter(option -> !option.usageHelp() && !option.versionHelp() && !option.hidden())
        .flatMap(option -> Arrays.stream(option.names()))
        .filter(name -> name.startsWith("--") && !name.equals(OPTION))
        .map(name -> name.substring(2).replace('-', '_'))
        .sorted();
  }

  private void requireType(String key, JsonNode value, Class<?> type) {
    String expected = mismatch(value, type);
    if (expected != null) {
      throw new UserError(
          file
              + ": "
              + key
              + ": "
              + (value.isValueNode() ? value.asText() : value)
              + " is not "
              + expected);
    }
  }

  /// What `type` expects where `value` is not that, else null.
  private static @org.jspecify.annotations.Nullable String mismatch(JsonNode value, Class<?> type) {
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return value.isIntegralNumber() ? null : "a whole number";
    }
    if (type == double.class || type == Double.class) {
      return value.isNumber() || isNumber(value.asText()) ? null : "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return value.isBoolean() ? null : "true or false";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
              .anyMatch(c -> c.toString().equalsIgnoreCase(value.asText()))
          ? null
          : "one of " + Arrays.toString(type.getEnumConstants()).toLowerCase(java.util.Locale.ROOT);
    }
    return value.isValueNode() ? null : "a single value";
  }

  /// YAML 1.1 reads `5e-7`, with no dot, as text.
  private static boolean isNumber(String text) {
    try {
      Double.parseDouble(text);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /// Levenshtein's edit distance.
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
