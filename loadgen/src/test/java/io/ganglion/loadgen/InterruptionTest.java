package io.ganglion.loadgen;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.ganglion.client.ScriptedServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests Ctrl-C on a load generator in its own process. */
@Timeout(60)
class InterruptionTest {
  /** The exit code of a program that SIGINT has ended. */
  private static final int INTERRUPTED = 130;

  @TempDir private Path folder;
  private Path output;
  private int exitCode;

  /** Runs until a line of progress contains this text, then interrupts the run. */
  private String interruptedAt(String text, ScriptedServer server, String... args)
      throws IOException, InterruptedException {
    assumeFalse(ignoresInterrupts(), "SIGINT is ignored here");
    output = folder.resolve("out");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(LoadgenMain.class.getName(), "--port", "" + server.port()));
    command.addAll(List.of(args));
    Process loadgen = new ProcessBuilder(command).redirectOutput(output.toFile()).start();
    try (BufferedReader progress = loadgen.errorReader(StandardCharsets.UTF_8)) {
      String line;
      boolean sent = false;
      while ((line = progress.readLine()) != null) {
        if (!sent && line.contains(text)) {
          interrupt(loadgen);
          sent = true;
        }
      }
      assertThat(loadgen.waitFor(30, TimeUnit.SECONDS)).as("it ends").isTrue();
      assertThat(sent).as("progress with " + text).isTrue();
    } finally {
      loadgen.destroyForcibly();
    }
    exitCode = loadgen.exitValue();
    return Files.readString(output);
  }

  private static void interrupt(Process process) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor();
  }

  /** Background jobs of a shell are started so, and hand it down to their children. */
  private static boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
  }

  private static long ok(String report) {
    Matcher requests = Pattern.compile("requests +([0-9,]+) ok, 0 failed").matcher(report);
    assertThat(requests.find()).as(report).isTrue();
    return Long.parseLong(requests.group(1).replace(",", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-c 2", "--rate 100"})
  void aClosedOrOpenLoopReportsWhatItDid(String loop) throws Exception {
    try (ScriptedServer server =
        ScriptedServer.start((text, times) -> new ScriptedServer.Act.Answer(2))) {
      String report = interruptedAt("in flight", server, (loop + " --duration 10m").split(" "));
      assertThat(ok(report)).isBetween(10L, server.received.get());
      assertThat(report).contains("verdict     load INVALID, server OK: the run was interrupted");
      assertThat(exitCode).isEqualTo(INTERRUPTED);
    }
  }

  @Test
  void aSearchForThePeakReportsTheBestRateSoFar() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER)) {
      String report =
          interruptedAt("100.0/s", server, "--find-peak", "--duration", "1s", "-c", "4");
      assertThat(report)
          .containsPattern("planned +(50|100|200).0 requests/s")
          .containsPattern("result +the search was interrupted: [0-9.]+/s keep p99 under 200 ms");
      assertThat(exitCode).isEqualTo(INTERRUPTED);
    }
  }
}
