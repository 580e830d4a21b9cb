package org.tramontane.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.tramontane.cli.doctor.Diagnosis;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tramontane doctor`: what this machine offers, and what holds it back.
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Shows Java, machine, backends and matrix library, and warns of what makes them slow.",
    footerHeading = "%nExamples:%n",
    footer = {"  tramontane doctor", "  tramontane doctor --json | jq .backends"})
public final class DoctorCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    Diagnosis diagnosis = Diagnosis.ofThisMachine();
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        json
            ? JSON.writerWithDefaultPrettyPrinter().writeValueAsString(toJson(diagnosis))
            : toText(diagnosis));
    out.flush();
    return 0;
  }

  private static ObjectNode toJson(Diagnosis diagnosis) {
    ObjectNode root = JSON.createObjectNode();
    diagnosis.facts().forEach(fact -> root.put(fact.key(), fact.value()));
    var backends = root.putArray("backends");
    for (Diagnosis.BackendState backend : diagnosis.backends()) {
      ObjectNode object =
          backends
              .addObject()
              .put("name", backend.name())
              .put("available", backend.available())
              .put("description", backend.description());
      ObjectNode properties = object.putObject("properties");
      backend.properties().forEach(properties::put);
    }
    var warnings = root.putArray("warnings");
    diagnosis.warnings().forEach(warnings::add);
    return root;
  }

  private static String toText(Diagnosis diagnosis) {
    StringBuilder text = new StringBuilder();
    for (Diagnosis.Fact fact : diagnosis.facts()) {
      text.append("%-14s %s%n".formatted(fact.key().replace('_', ' '), fact.value()));
    }
    text.append("%nBackends%n".formatted());
    for (Diagnosis.BackendState backend : diagnosis.backends()) {
      text.append(
          "  %-12s %s%s%n"
              .formatted(
                  backend.name(),
                  backend.available() ? "" : "not available: ",
                  backend.description()));
      backend
          .properties()
          .forEach(
              (key, value) ->
                  text.append("  %-12s   %s: %s%n".formatted("", key.replace('_', ' '), value)));
    }
    List<String> warnings = diagnosis.warnings();
    text.append("%n%s".formatted(warnings.isEmpty() ? "No warnings." : "Warnings"));
    warnings.forEach(warning -> text.append("%n  - %s".formatted(warning)));
    return text.toString();
  }
}
