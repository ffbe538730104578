package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
  private static String shown(String... arguments) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      assertThat(CompilerMain.run(arguments)).isZero();
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "compile",
        "sample",
        "tune",
        "convert-checkpoint",
        "generate-pairs",
        "prepare-mrpc",
        "inspect",
        "diff"
      })
  void everyCommandHasHeadingsExamplesAndDefaultsInOneSpelling(String command) {
    assertThat(shown(command, "--help"))
        .containsSubsequence(
            "Usage: compiler " + command + " [OPTIONS]", "Options:", "Exit codes:", "Example")
        .doesNotContain("default:", "\n\n\n");
    assertThat(shown("--help")).contains("  " + command + " ");
  }

  @Test
  void theVersionIsThatOfTheBuild() {
    assertThat(shown("--version")).matches("compiler [0-9]+\\.[0-9]+.*\\s*");
  }
}
