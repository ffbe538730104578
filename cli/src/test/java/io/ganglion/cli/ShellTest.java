package io.ganglion.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class ShellTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(Object command, String... arguments) {
    return new Shell(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            List.of(TimeoutException.class),
            List.of(DateTimeException.class))
        .run(command, arguments);
  }

  private String errors() {
    return err.toString(UTF_8);
  }

  private void fails(Throwable with, int code, String line) {
    err.reset();
    Cook cook = new Cook();
    cook.accident = with;
    assertThat(run(cook, "--dish", "soup")).isEqualTo(code);
    assertThat(errors()).isEqualTo(line + System.lineSeparator());
  }

  /** A program that has one command. */
  @Command(
      name = "cook",
      description = "Cooks.",
      footer = {"Examples:", "  cook --time 5m", "  cook --dish soup --time 5m"})
  @SuppressWarnings("UnusedVariable") // flags are declared only to be parsed
  static final class Cook implements Callable<Integer> {
    @Option(names = "--dish", required = true, paramLabel = "NAME", description = "What to cook.")
    private String dish;

    @Option(names = "--time", description = "How long.")
    private Duration time;

    @Option(names = {"--heat", "--oven_temperature"})
    private Heat heat;

    private enum Heat {
      LOW,
      HIGH
    }

    private Throwable accident;

    @Override
    public Integer call() throws Exception {
      if (accident instanceof Error error) {
        throw error;
      }
      if (accident != null) {
        throw (Exception) accident;
      }
      return 0;
    }
  }

  /** A program that has several commands. */
  @Command(
      name = "kitchen",
      subcommands = {Cook.class, Wash.class})
  static final class Kitchen {}

  @Command(name = "wash", description = "Washes up.")
  static final class Wash implements Runnable {
    @Override
    public void run() {
      throw new IllegalStateException("a plate broke");
    }
  }

  @Test
  void whatIsDoneEndsWithZeroAndSaysNothing() {
    assertThat(run(new Cook(), "--dish", "soup")).isZero();
    assertThat(errors()).isEmpty();
  }

  @Test
  void aFailureIsTheProgramsNameAndOneSentence() {
    fails(new FailureException("No salt"), 1, "cook: No salt.");
    fails(new FailureException("No salt; buy some!\n  Soon"), 1, "cook: No salt; buy some! Soon.");
    fails(new TimeoutException("Burnt."), 1, "cook: Burnt.");
    fails(new IOException("The oven is cold"), 1, "cook: The oven is cold.");
    fails(new NoSuchFileException("recipe.txt"), 1, "cook: recipe.txt does not exist.");
  }

  @Test
  void whatWentWrongAfterwardsFollowsOnALineOfItsOwn() {
    FailureException burnt = new FailureException("Burnt");
    burnt.addSuppressed(new FailureException("The pan is left dirty"));
    burnt.addSuppressed(new IllegalStateException("no matter"));
    fails(burnt, 1, "cook: Burnt.\ncook: The pan is left dirty.");
  }

  @Test
  void onlyADeclaredUsageErrorIsWrongUsage() {
    fails(new UsageException("Soup is no dish"), 2, "cook: Soup is no dish. See cook --help.");
    fails(new DateTimeException("Not on Monday"), 2, "cook: Not on Monday. See cook --help.");
  }

  @Test
  void whatWasNotForeseenIsCalledAFault() {
    fails(
        new IllegalArgumentException("negative salt"),
        1,
        "cook: The program failed: java.lang.IllegalArgumentException: negative salt; this is a"
            + " fault of the program, --verbose shows where.");
    fails(
        new NoClassDefFoundError("Spoon"),
        1,
        "cook: The program failed: java.lang.NoClassDefFoundError: Spoon; this is a fault of the"
            + " program, --verbose shows where.");
  }

  @Test
  void memoryThatDoesNotSufficeIsSaidWithTheRemedy() {
    Cook cook = new Cook();
    cook.accident = new OutOfMemoryError("scripted");
    assertThat(run(cook, "--dish", "soup")).isEqualTo(1);
    assertThat(errors()).startsWith("cook: Out of memory;").contains("-Xmx");
  }

  @Test
  void verboseShowsTheTrace() {
    Cook cook = new Cook();
    cook.accident = new FailureException("No salt");
    run(cook, "--dish", "soup", "--verbose");
    assertThat(errors()).startsWith("cook: No salt.").contains("\tat io.ganglion.cli.");
    err.reset();
    run(new Kitchen(), "wash", "--verbose");
    assertThat(errors()).startsWith("kitchen: The program failed").contains("\tat ");
  }

  @Test
  void anUnknownOptionIsNamedBeforeAMissingOneAndTheNearestIsOffered() {
    assertThat(run(new Cook(), "--dihs", "soup")).isEqualTo(2);
    assertThat(errors())
        .isEqualTo("cook: There is no option --dihs: did you mean --dish? See cook --help.\n");
    err.reset();
    assertThat(run(new Kitchen(), "cook", "--nope")).isEqualTo(2);
    assertThat(errors())
        .isEqualTo("kitchen: There is no option --nope. See kitchen cook --help.\n");
  }

  @Test
  void theValueOfAnUnknownOptionIsNotTakenForTheFault() {
    run(new Cook(), "--dishes=soup");
    assertThat(errors()).startsWith("cook: There is no option --dishes=soup: did you mean --dish?");
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThat(run(new Cook())).isEqualTo(2);
    assertThat(errors())
        .isEqualTo("cook: Give --dish NAME, as in: cook --dish soup --time 5m. See cook --help.\n");
  }

  @Test
  void anArgumentTooManyIsNamed() {
    assertThat(run(new Cook(), "--dish", "soup", "salad")).isEqualTo(2);
    assertThat(errors()).startsWith("cook: \"salad\" is an argument too many.");
  }

  @Test
  void aValueOfAnotherFormIsRefusedWithItsFlag() {
    assertThat(run(new Cook(), "--dish", "soup", "--time", "5")).isEqualTo(2);
    assertThat(errors()).contains("--time", "'5' is no time; write a number and us, ms, s, m or h");
  }

  @Test
  void anErrorNamesTheFlagThatWasTyped() {
    Cook cook = new Cook();
    run(cook, "--dish", "soup", "--heat", "mild");
    assertThat(errors()).isEqualTo("cook: --heat: 'mild' is none of low, high. See cook --help.\n");
    err.reset();
    run(cook, "--dish", "soup", "--oven_temperature=mild");
    assertThat(errors()).startsWith("cook: --oven_temperature: 'mild' is none of low, high.");
    err.reset();
    cook.accident = new UsageException("--heat is too much for soup");
    run(cook, "--dish", "soup", "--oven_temperature=high");
    assertThat(errors()).startsWith("cook: --oven_temperature is too much for soup.");
  }

  @Test
  void aShellLearnsAllCommandsAndFlags() {
    assertThat(run(new Kitchen(), "--completion")).isZero();
    assertThat(out.toString(UTF_8))
        .startsWith("#!/usr/bin/env bash")
        .contains("complete -F _complete_kitchen", "cook wash", "--dish");
    out.reset();
    assertThat(run(new Cook(), "--completion")).as("without what a run requires").isZero();
    assertThat(out.toString(UTF_8)).contains("--dish");
  }

  @Test
  void aProgramWithoutItsCommandListsThemAll() {
    assertThat(run(new Kitchen())).isEqualTo(2);
    assertThat(errors()).isEqualTo("kitchen: Name a command: cook, wash. See kitchen --help.\n");
  }

  @Test
  void aCommandThatIsMisspeltIsOfferedTheNearest() {
    assertThat(run(new Kitchen(), "cok")).isEqualTo(2);
    assertThat(errors()).startsWith("kitchen: There is no command cok: did you mean cook?");
  }

  @Test
  void anArgumentThatTheLocaleCouldNotReadIsRefused() {
    assertThat(run(new Cook(), "--dish", "cr\uFFFD\uFFFDme")).isEqualTo(2);
    assertThat(errors()).startsWith("cook: Argument 2, ").contains("set LC_ALL=C.UTF-8");
  }

  @Test
  void helpHasHeadingsTheCommonFlagsAndTheExitCodes() {
    assertThat(run(new Cook(), "--help")).isZero();
    assertThat(out.toString(UTF_8))
        .containsSubsequence(
            "Usage: cook [OPTIONS]",
            "Cooks.",
            "Options:",
            "--dish",
            "--time",
            "--verbose",
            "-h, --help",
            "-V, --version",
            "Exit codes:",
            "0",
            "1",
            "2");
    out.reset();
    assertThat(run(new Kitchen(), "-h")).isZero();
    assertThat(out.toString(UTF_8)).containsSubsequence("Commands:", "cook", "wash");
    assertThat(run(new Kitchen(), "cook", "--help")).isZero();
  }

  @Test
  void theVersionIsThatOfTheBuild() {
    assertThat(run(new Kitchen(), "--version")).isZero();
    assertThat(run(new Kitchen(), "cook", "-V")).isZero();
    assertThat(out.toString(UTF_8).lines())
        .hasSize(2)
        .allMatch(("kitchen " + Build.version())::equals);
    assertThat(Build.version()).matches("[0-9]+\\.[0-9]+.*");
  }

  @Test
  void anInterruptionIsNoFault() {
    fails(new InterruptedException(), 1, "cook: Interrupted.");
    assertThat(Thread.interrupted()).isTrue();
  }
}
