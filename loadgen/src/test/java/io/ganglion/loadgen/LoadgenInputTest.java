package io.ganglion.loadgen;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.client.ScriptedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the command says of flags, targets and files. */
@Timeout(60)
class LoadgenInputTest extends CommandFixture {
  @Test
  void anAbsentServerIsNamedInOneSentence() {
    int port;
    try (ScriptedServer gone = ScriptedServer.start((text, times) -> ANSWER)) {
      port = gone.port();
    }
    assertThat(run("--target", "127.0.0.1:" + port)).isEqualTo(1);
    assertThat(errors().lines()).hasSize(1);
    assertThat(errors()).contains("No Ganglion server answers at 127.0.0.1:" + port);
  }

  @Test
  void wrongUsageEndsWithTwo() {
    assertThat(run("--no-such-flag")).isEqualTo(2);
    assertThat(run("--deadline", "5")).isEqualTo(2);
    assertThat(run("--rate", "5", "--cycle", "5")).isEqualTo(2);
    assertThat(run("--clients", "0")).isEqualTo(2);
    assertThat(run("--find-peak", "--slo", "fast")).isEqualTo(2);
    assertThat(run("--slo", "p99=5ms")).isEqualTo(2);
    assertThat(run("--sweep-load", "--slo", "p99=5ms,p50=1ms")).isEqualTo(2);
    assertThat(run("--port", "70000")).isEqualTo(2);
    assertThat(run("--port", "5", "--target", "x:5")).isEqualTo(2);
    assertThat(errors().lines())
        .allMatch(line -> line.startsWith("loadgen: ") && line.endsWith(" See loadgen --help."))
        .anyMatch(line -> line.contains("There is no option --no-such-flag"))
        .anyMatch(line -> line.contains("write a number and us, ms, s, m or h"))
        .anyMatch(line -> line.contains("--clients must be from 1 to 100000"));
  }

  @Test
  void aTargetWithoutAPortMeansThePortOfOurServers() {
    assertThat(run("--target", "127.0.0.2", "--deadline", "1s")).isEqualTo(1);
    assertThat(errors()).contains("No Ganglion server answers at 127.0.0.2:60061");
  }

  @Test
  void aTargetThatIsNoAddressIsWrongUsage() {
    for (String target : List.of("x:y", "x:0", "x:70000", ":60061", "http://x:1", "a b", "x:")) {
      err.reset();
      assertThat(run("--target", target)).as(target).isEqualTo(2);
      assertThat(errors()).contains("--target " + target + " is no server address");
    }
  }

  @Test
  void aFileThatCannotBeWrittenIsFoundBeforeTheRun() {
    Path file = dir.resolve("none").resolve("x");
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER)) {
      for (String flag :
          List.of("--json", "--html", "--hgrm", "--latencies-file", "--save-accuracy")) {
        err.reset();
        assertThat(run(server, "-c", "1", "-n", "1", flag, file.toString())).isEqualTo(1);
        assertThat(errors()).contains("Cannot write " + flag, "there is no directory");
      }
      assertThat(server.received.get()).isZero();
    }
  }

  private Path data(String text) throws IOException {
    return Files.writeString(dir.resolve("data.tsv"), text);
  }

  @Test
  void aFileWithoutLabelsHasNoAccuracy() throws IOException {
    Path test = data("index\t#1 ID\t#2 ID\t#1 String\t#2 String\n0\t1\t2\ta\ta\n1\t1\t2\ta\tb\n");
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER)) {
      assertThat(run(server, "-c", "1", "-n", "4", "--data", test.toString())).isZero();
      assertThat(printed()).contains("4 ok").doesNotContain("accuracy");
      Path accuracy = dir.resolve("accuracy.txt");
      int code = run(server, "--data", test.toString(), "--save-accuracy", accuracy.toString());
      assertThat(code).isEqualTo(1);
      assertThat(errors()).contains("No accuracy to write", "data.tsv has no labels");
      assertThat(server.received.get()).isEqualTo(4);
    }
  }

  @Test
  void labelsInWordsAreThoseOfTheModel() throws IOException {
    Path rte = data("sentence1\tsentence2\tlabel\na\ta\tparaphrase\na\tb\tparaphrase\nc\td\t?\n");
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER)) {
      int code = run(server, "-c", "1", "-n", "3", "--sweep", "--data", rte.toString());
      assertThat(code).as(errors()).isZero();
    }
    assertThat(printed()).containsPattern("accuracy +0\\.5000 \\(1 of 2\\)");
    assertThat(errors()).contains("line 4: the label \"?\" is none of the model's");
  }

  @Test
  void rowsThatAreLeftOutAreNamed() throws IOException {
    Path bad = data("sentence\tlabel\nfine\t1\nshort\n");
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER)) {
      assertThat(run(server, "-c", "1", "-n", "1", "--data", bad.toString())).isZero();
    }
    assertThat(errors()).contains("data.tsv, line 3: 1 columns instead of 2; left out.");
  }

  @Test
  void helpShowsDefaults() {
    assertThat(run("--help")).isZero();
    assertThat(printed()).contains("--clients").contains("Default: 96").contains("Default: 30s");
  }
}
