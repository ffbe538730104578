package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.SettingException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/** Whose fault an error is, and what is said of it. */
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

  private int reporting(Exception e) {
    return saying(() -> CompilerMain.report(e, false));
  }

  @Test
  void workThatCannotBeDoneIsOneSentence() {
    assertThat(reporting(new CompileException("There is no such file."))).isEqualTo(1);
    assertThat(said).isEqualTo("error: There is no such file.\n");
  }

  @Test
  void aSettingThatMakesNoSenseIsWrongUsage() {
    assertThat(reporting(new SettingException("A share is from 0 to 1: 3"))).isEqualTo(2);
    assertThat(said).isEqualTo("error: A share is from 0 to 1: 3\nTry --help.\n");
  }

  @Test
  void anyOtherUncheckedExceptionIsAFaultOfTheCompiler() {
    assertThat(reporting(new IllegalArgumentException("no such tensor"))).isEqualTo(1);
    assertThat(said).contains("no such tensor", "this is a fault of the compiler", "--verbose");
    assertThat(said).doesNotContain("Try --help", "\tat ");
  }

  @Test
  void aTraceIsShownWhenItIsAskedFor() {
    saying(() -> CompilerMain.report(new IllegalStateException("bug"), true));
    assertThat(said).contains("bug", "\tat ");
  }

  @Test
  void whatWasLeftBehindIsToldToo() {
    CompileException failure = new CompileException("The disk is full.");
    failure.addSuppressed(new CompileException("/tmp/x is unfinished; remove it."));
    assertThat(reporting(failure)).isEqualTo(1);
    assertThat(said)
        .isEqualTo("error: The disk is full.\nerror: /tmp/x is unfinished; remove it.\n");
  }

  @Test
  void withoutACommandAllCommandsAreNamed() {
    assertThat(saying(() -> CompilerMain.run(new String[0]))).isEqualTo(2);
    assertThat(said)
        .contains(
            "Name a command: compile, sample, tune, export, generate-pairs, prepare-mrpc, inspect,"
                + " diff.");
  }
}
