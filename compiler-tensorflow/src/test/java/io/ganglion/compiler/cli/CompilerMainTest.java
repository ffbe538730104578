package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/** Errors are attributed to the user or to the compiler, with the right message. */
class CompilerMainTest {
  private String said = "";

  private int saying(IntSupplier work) {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    try {
      return work.getAsInt();
    } finally {
      System.setErr(before);
      said = errors.toString(StandardCharsets.UTF_8);
    }
  }

  @Test
  void workThatCannotBeDoneIsOneSentence() {
    assertThat(saying(() -> CompilerMain.run("inspect", "/no/such/model"))).isEqualTo(1);
    assertThat(said).startsWith("compiler: ").contains("/no/such/model").hasLineCount(1);
  }

  @Test
  void aSettingThatMakesNoSenseIsWrongUsage() {
    assertThat(
            saying(
                () ->
                    CompilerMain.run(
                        "tune",
                        "--data",
                        "x",
                        "--output",
                        "y",
                        "--init-from-scratch",
                        "--learning-rate",
                        "-1")))
        .isEqualTo(2);
    assertThat(said).startsWith("compiler: ").contains("learning rate");
  }

  @Test
  void withoutACommandAllCommandsAreNamed() {
    assertThat(saying(() -> CompilerMain.run())).isEqualTo(2);
    assertThat(said)
        .contains(
            "compile",
            "sample",
            "tune",
            "convert-checkpoint",
            "generate-pairs",
            "prepare-mrpc",
            "inspect",
            "diff");
  }
}
