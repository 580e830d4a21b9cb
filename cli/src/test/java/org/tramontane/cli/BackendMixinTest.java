package org.tramontane.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.UserError;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class BackendMixinTest {

  private static BackendMixin parse(String... args) {
    return CommandLine.populateCommand(new BackendMixin(), args);
  }

  @Test
  void choosesTheCpuItself() {
    try (Backend backend = parse().create()) {
      assertThat(backend.name()).isEqualTo("cpu");
    }
  }

  /// This module is built without ND4J's jars, as a user's first download is.
  @Test
  void aBackendThatIsNotThereIsOneLine() {
    assertThatThrownBy(() -> parse("--backend", "nd4j").create())
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(
            "--backend nd4j: backend 'nd4j' can't run here: ND4J is not on the classpath: add ")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void anUnknownBackendIsNamedBesideThoseThereAre() {
    assertThatThrownBy(() -> parse("--backend", "gpu").create())
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no backend is called 'gpu'; there are [cpu, nd4j");
  }

  @Command
  private static final class Computing implements Runnable {
    @Mixin private BackendMixin backend = new BackendMixin();

    @Override
    public void run() {
      backend.create().close();
    }
  }

  private static String err(String... args) {
    StringWriter err = new StringWriter();
    CommandLine command = new CommandLine(new Computing()).setErr(new PrintWriter(err, true));
    assertThat(command.execute(args)).isZero();
    return err.toString();
  }

  @Test
  void autoSaysInOneLineWhatItChoseAndWhy() {
    // Where TornadoVM's SDK is, tornado is behind nd4j.
    assertThat(err())
        .hasLineCount(1)
        .startsWith("backend auto: cpu, comes before nd4j")
        .contains(" (CPU, ");
    assertThat(err("--backend", "auto")).hasLineCount(1).startsWith("backend auto: cpu, ");
    assertThat(err("--backend", "cpu")).isEmpty();
  }
}
