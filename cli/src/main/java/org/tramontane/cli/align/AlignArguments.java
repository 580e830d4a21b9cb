package org.tramontane.cli.align;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.tramontane.tensor.UserError;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// The words of an `align` command, read as the command reads them and not run: for whoever plans runs ahead.
public final class AlignArguments {
  private AlignArguments() {}

  /// All options as `run.json` will have them, defaults included.
  ///
  /// @param arguments what follows `align`, maybe with a `--recipe`
  /// @throws UserError if the command would refuse them
  public static ObjectNode read(List<String> arguments) {
    AlignCommand command = new AlignCommand();
    CommandLine line = new CommandLine(command);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setOverwrittenOptionsAllowed(true);
    try {
      line.parseArgs(RecipeFile.expand(arguments, line.getCommandSpec()).toArray(String[]::new));
    } catch (ParameterException e) {
      throw new UserError(e.getMessage() == null ? e.toString() : e.getMessage(), e);
    }
    return command.checkedOptions();
  }

  /// A key of a recipe as the option it stands for.
  ///
  /// @throws UserError if there is none, or the value is of another type
  public static String option(
      String file, String key, com.fasterxml.jackson.databind.JsonNode value) {
    return RecipeFile.option(
        file, key, value, new CommandLine(new AlignCommand()).getCommandSpec());
  }
}
