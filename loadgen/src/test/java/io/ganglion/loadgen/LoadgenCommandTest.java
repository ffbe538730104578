package io.ganglion.loadgen;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ganglion.client.ScriptedServer;
import io.ganglion.client.ScriptedServer.Act;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoadgenCommandTest extends CommandFixture {
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
    assertThat(lines.get(0)).matches("paraphrase! \\(latency [0-9]+\\.[0-9] ms\\)");
    assertThat(lines.get(1))
        .matches(
            "not_paraphrase \\(not_paraphrase 0\\.7500, paraphrase 0\\.2500, latency .* ms\\)");
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
}
