package io.ganglion.loadgen;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.client.ScriptedServer;
import io.ganglion.client.ScriptedServer.Act;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LoadgenCommandTest {
  @TempDir Path dir;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(ScriptedServer server, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--port");
    all.add(Integer.toString(server.port()));
    return run(all.toArray(String[]::new));
  }

  private int run(String... args) {
    PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
    return LoadgenMain.run(to, errors, args);
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(Files.readString(file));
  }

  @Test
  void ninetySixClientsTimesOneHundredTwentyEightAllSucceed() throws IOException {
    Path json = dir.resolve("run.json");
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER)) {
      int code = run(server, "--json", json.toString());
      assertThat(code).as(errors()).isZero();
      assertThat(server.received.get()).isEqualTo(12_288);
    }
    assertThat(printed())
        .contains("12,288 ok, 0 failed")
        .contains("load VALID, server OK")
        .contains("accuracy");
    JsonNode report = json(json);
    assertThat(report.at("/requests/ok").asLong()).isEqualTo(12_288);
    assertThat(report.at("/requests/failed").asLong()).isZero();
    assertThat(report.at("/throughput_per_second").asDouble()).isPositive();
    assertThat(report.at("/latency_ms/p50").asDouble()).isPositive();
    assertThat(report.at("/latency_ms/max").asDouble())
        .isGreaterThanOrEqualTo(report.at("/latency_ms/p99").asDouble());
    assertThat(report.at("/valid").asBoolean()).isTrue();
    assertThat(report.at("/accuracy").asDouble()).isBetween(0.45, 0.55);
  }

  @Test
  void everyModeHasNoMoreInFlightThanPlanned() {
    for (String mode : List.of("stream", "unary", "mrpc")) {
      try (ScriptedServer server = ScriptedServer.start((text, times) -> new Act.Answer(1))) {
        int code =
            run(
                server,
                "-m",
                mode,
                "-c",
                "3",
                "-n",
                "50",
                "--in-flight",
                "2",
                "--connections",
                "2");
        assertThat(code).as(mode + errors()).isZero();
        assertThat(server.received.get()).isEqualTo(150);
      }
    }
  }

  @Test
  void aFailedRequestIsCountedByStatusAndEndsWithOne() throws IOException {
    Path json = dir.resolve("run.json");
    Act refuse = new Act.Fail(Status.Code.RESOURCE_EXHAUSTED, 5);
    try (ScriptedServer server =
        ScriptedServer.start((text, times) -> times % 4 == 0 ? refuse : ANSWER)) {
      assertThat(run(server, "-c", "2", "-n", "100", "--sweep", "--pair", "a", "b")).isEqualTo(1);
      assertThat(run(server, "-c", "4", "-n", "500", "--json", json.toString())).isEqualTo(1);
    }
    JsonNode report = json(json);
    assertThat(report.at("/failures/RESOURCE_EXHAUSTED").asLong())
        .isPositive()
        .isEqualTo(report.at("/requests/failed").asLong());
    assertThat(report.at("/requests/ok").asLong() + report.at("/requests/failed").asLong())
        .isEqualTo(2000);
    assertThat(printed()).contains("RESOURCE_EXHAUSTED: scripted");
  }

  @Test
  void withAttemptsTheSdkHidesWhatASecondTryMends() {
    Act refuse = new Act.Fail(Status.Code.RESOURCE_EXHAUSTED, 5);
    try (ScriptedServer server =
        ScriptedServer.start((text, times) -> times % 4 == 0 ? refuse : ANSWER)) {
      assertThat(run(server, "-c", "4", "-n", "500", "--attempts", "5")).as(errors()).isZero();
    }
  }

  @Test
  void aStallOfASecondShowsInTheOpenLoopsP99() throws IOException {
    Path json = dir.resolve("run.json");
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER)) {
      Thread staller =
          new Thread(
              () -> {
                while (server.received.get() < 500) {
                  Thread.onSpinWait();
                }
                server.stallFor(1000);
              });
      staller.start();
      run(server, "--rate", "500", "--duration", "4s", "-c", "8", "--json", json.toString());
    }
    JsonNode report = json(json);
    // A quarter of the requests meant for those 4 s fall into the stall.
    assertThat(report.at("/requests/failed").asLong()).as(printed()).isZero();
    assertThat(report.at("/latency_ms/p99").asDouble()).as(printed()).isBetween(800.0, 2000.0);
    assertThat(report.at("/latency_ms/p50").asDouble()).as(printed()).isLessThan(400);
  }

  @Test
  void aRateThatTheServerCannotReachIsInvalid() throws IOException {
    Path json = dir.resolve("run.json");
    try (ScriptedServer server = ScriptedServer.start((text, times) -> new Act.Answer(20))) {
      // 2 clients with one request in flight and 20 ms for an answer: at most 100/s.
      int code =
          run(
              server,
              "--rate",
              "200",
              "--duration",
              "1s",
              "-c",
              "2",
              "--in-flight",
              "1",
              "--json",
              json.toString());
      assertThat(code).isEqualTo(1);
    }
    assertThat(json(json).at("/server_ok").asBoolean()).isFalse();
    assertThat(printed())
        .contains("load VALID, server FAILED: it reached")
        .contains("of the planned 200.0/s");
  }

  @Test
  void aServerThatRefusesAllHasFailedAValidLoad() {
    Act refuse = new Act.Fail(Status.Code.RESOURCE_EXHAUSTED, 5);
    try (ScriptedServer server = ScriptedServer.start((text, times) -> refuse)) {
      assertThat(run(server, "-c", "2", "-n", "10")).isEqualTo(1);
      assertThat(run(server, "-c", "2", "--rate", "100", "--duration", "500ms")).isEqualTo(1);
    }
    assertThat(printed())
        .contains("load VALID, server FAILED: 20 of 20 requests failed (100.0 %)")
        .containsPattern("requests failed \\(100.0 %\\); it reached 0.0/s of the planned 100.0/s")
        .doesNotContain("server OK", "INVALID");
  }

  @Test
  void refusalsAreNotWhatTheServerReached() {
    Act refuse = new Act.Fail(Status.Code.RESOURCE_EXHAUSTED, 5);
    AtomicInteger number = new AtomicInteger();
    try (ScriptedServer server =
        ScriptedServer.start(
            (text, times) -> number.incrementAndGet() % 2 == 0 ? refuse : ANSWER)) {
      int code =
          run(server, "--rate", "200", "--arrivals", "constant", "--duration", "1s", "-c", "2");
      assertThat(code).isEqualTo(1);
    }
    Matcher reached = Pattern.compile("it reached ([0-9.]+)/s").matcher(printed());
    assertThat(reached.find()).as(printed()).isTrue();
    assertThat(Double.parseDouble(reached.group(1))).isBetween(50.0, 105.0);
  }

  @Test
  void aWarmUpIsNotCounted() {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> new Act.Answer(1))) {
      assertThat(run(server, "-c", "2", "-n", "10", "--warmup", "300ms")).as(errors()).isZero();
      assertThat(server.received.get()).isGreaterThan(40);
    }
    assertThat(printed()).contains("20 ok, 0 failed");
  }

  @Test
  void aSearchFindsTheRateThatKeepsTheObjective() {
    // One request of 5 ms at a time: under 200/s for any arrivals.
    try (ScriptedServer server = ScriptedServer.start((text, times) -> new Act.Answer(5))) {
      int code =
          run(
              server,
              "--find-peak",
              "--slo",
              "p99=150ms",
              "--duration",
              "500ms",
              "-c",
              "1",
              "--in-flight",
              "1",
              "--arrivals",
              "constant",
              "-q");
      assertThat(code).as(errors()).isZero();
    }
    assertThat(errors()).contains("kept").contains("missed");
    Matcher result =
        Pattern.compile("result +([0-9.]+)/s keep p99 under 150 ms").matcher(printed());
    assertThat(result.find()).as(printed()).isTrue();
    assertThat(Double.parseDouble(result.group(1))).isBetween(5.0, 210.0);
    assertThat(printed().lines().filter(line -> line.endsWith("kept"))).hasSizeGreaterThan(1);
  }

  @Test
  void aSweepOfLoadsWritesItsCurve() throws IOException {
    Path json = dir.resolve("sweep.json");
    Path html = dir.resolve("sweep.html");
    try (ScriptedServer server = ScriptedServer.start((text, times) -> new Act.Answer(20))) {
      int code =
          run(
              server,
              "--sweep-load",
              "--duration",
              "200ms",
              "--warmup",
              "0s",
              "-c",
              "2",
              "-q",
              "--json",
              json.toString(),
              "--html",
              html.toString());
      assertThat(code).as(errors()).isZero();
    }
    assertThat(errors()).contains("capacity: ", "load  10 %", "load 150 %");
    assertThat(printed()).containsPattern("result +.*p99 under 130 ms");
    JsonNode report = json(json);
    assertThat(report.at("/trials")).hasSize(15);
    assertThat(report.at("/objectives/0").asText()).isEqualTo("p99=130ms");
    assertThat(report.at("/capacity_per_second").asDouble()).isBetween(20.0, 100.0);
    assertThat(report.at("/provenance/model").asText()).isEqualTo("scripted");
    assertThat(report.at("/provenance/command").asText()).startsWith("loadgen --sweep-load");
    assertThat(Files.readString(html)).contains("Attainment: requests answered within 130 ms");
  }

  @Test
  void cancelledRequestsAreNoFailures() {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> new Act.Answer(30))) {
      int code = run(server, "-c", "4", "-n", "25", "--cancel-fraction", "0.5");
      assertThat(code).as(errors() + printed()).isZero();
    }
    assertThat(printed()).containsPattern("[0-9]+ ok, 0 failed, [0-9]+ cancelled");
  }

  @Test
  void aSlowReaderStillGetsAllItsAnswers() {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER)) {
      assertThat(run(server, "-c", "2", "-n", "10", "--in-flight", "8", "--slow-reader", "10ms"))
          .as(errors())
          .isZero();
    }
  }

  @Test
  void aPairsAnswerHasTheModelsWordsAndInMrpcModeTheDemos() {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER)) {
      assertThat(run(server, "--pair", "same", "same", "--mode", "mrpc")).isZero();
      assertThat(run(server, "--pair", "one", "other")).isZero();
    }
    List<String> lines = printed().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).matches("paraphrase! \\(latency [0-9.E-]+ s\\)");
    assertThat(lines.get(1))
        .matches("not_paraphrase \\(not_paraphrase 0\\.7500, paraphrase 0\\.2500, latency .* s\\)");
  }

  @Test
  void everyFileItWritesHasWhatItPromises() throws IOException {
    Path latencies = dir.resolve("latencies.txt");
    Path accuracy = dir.resolve("accuracy.txt");
    Path hgrm = dir.resolve("run.hgrm");
    Path html = dir.resolve("run.html");
    Files.writeString(latencies, "0.5\n");
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER)) {
      int code =
          run(
              server,
              "-c",
              "2",
              "-n",
              "102",
              "--sweep",
              "--latencies-file",
              latencies.toString(),
              "--save-accuracy",
              accuracy.toString(),
              "--hgrm",
              hgrm.toString(),
              "--html",
              html.toString());
      assertThat(code).as(errors()).isZero();
    }
    assertThat(Files.readAllLines(latencies)).hasSize(205).first().isEqualTo("0.5");
    assertThat(Double.parseDouble(Files.readString(accuracy))).isEqualTo(0.5);
    assertThat(Files.readString(hgrm)).contains("Value").contains("#[Mean");
    assertThat(Files.readString(html))
        .contains("Latency by percentile", "Throughput over time", "Errors", "<svg")
        .doesNotContain("http://", "https://", "<script", "NaN");
  }

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
