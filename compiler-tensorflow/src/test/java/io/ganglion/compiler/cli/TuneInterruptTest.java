package io.ganglion.compiler.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ctrl-C in a real process. */
class TuneInterruptTest {
  private static final int STEPS = 200;

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"INT, 2, 130", "TERM, 15, 143"})
  @Timeout(240)
  void aSignalSavesTheRunSaysHowToGoOnAndTheSameCommandDoes(String signal, int number, int exit)
      throws Exception {
    assumeTrue(!isIgnored(number), "processes started here ignore SIG" + signal);
    Path pairs = directory.resolve("pairs");
    assertThat(run(List.of("generate-pairs", "--train", "320", "--dev", "16", "--output", pairs)))
        .startsWith("0:");
    Path output = directory.resolve("run");
    List<Object> tune =
        List.of(
            "tune",
            "--init-from-scratch",
            "--hidden",
            32,
            "--heads",
            2,
            "--num-train-epochs",
            STEPS / 10,
            "--threads",
            1,
            "--data",
            pairs,
            "--output",
            output);
    Process process = start(tune);
    StringBuilder told = new StringBuilder();
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        told.append(line).append('\n');
        if (line.startsWith("epoch 1.00")) {
          assertThat(new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start().waitFor())
              .isZero();
        }
      }
    }
    assertThat(process.waitFor()).as(told.toString()).isEqualTo(exit);
    assertThat(told.toString())
        .containsPattern(
            "Stopped after step \\d+ of "
                + STEPS
                + "; saved .*/checkpoints/model.ckpt-\\d+\\."
                + " Give the same command again")
        .doesNotContain("Exception");
    assertThat(output.resolve("saved_model")).doesNotExist();

    assertThat(run(tune))
        .startsWith("0:")
        .contains("Going on from " + output.resolve("checkpoints"), "after");
    assertThat(output.resolve("saved_model")).isDirectory();
  }

  /** A shell's background jobs ignore SIGINT, and so do their children. */
  private static boolean isIgnored(int signal) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
        .anyMatch(mask -> (mask >> (signal - 1) & 1) != 0);
  }

  /** The exit code and all that was written. */
  private static String run(List<Object> arguments) throws IOException, InterruptedException {
    Process process = start(arguments);
    String told = new String(process.getInputStream().readAllBytes(), UTF_8);
    return process.waitFor() + ":" + told;
  }

  private static Process start(List<Object> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(CompilerMain.class.getName());
    arguments.forEach(argument -> command.add(argument.toString()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
