package io.ganglion.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.api.Conditions;
import io.ganglion.runtime.artifact.TestArtifacts;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With {@code --log-format json}, a server's whole output is JSON, from its start to its end. */
@Timeout(120)
class JsonLogTest {
  @TempDir private Path folder;

  @Test
  void everyLineFromStartToStopIsAnObjectWithItsTimeLevelAndEvent() throws Exception {
    Path model = TestArtifacts.tiny().write(folder.resolve("model"));
    List<String> lines;
    try (ServerProcess server = new ServerProcess(model, "--log-format", "json")) {
      Conditions.await(() -> server.printed("\"event\":\"ready\"") || !server.process.isAlive());
      server.terminate();
      assertThat(server.exitCode()).isZero();
      // A library that only tests use tells on standard error that it logs nowhere.
      lines = server.lines.stream().filter(line -> !line.startsWith("SLF4J")).toList();
    }
    List<String> events = new ArrayList<>();
    for (String line : lines) {
      JsonNode event = new ObjectMapper().readTree(line);
      Instant.parse(event.get("time").textValue());
      assertThat(event.get("level").textValue()).as(line).isIn("info", "warn", "error");
      events.add(event.get("event").textValue());
    }
    assertThat(events)
        .containsSubsequence(
            "starting",
            "model_loaded",
            "batches",
            "ready",
            "draining",
            "answered",
            "average_throughput",
            "stopped")
        .endsWith("stopped");
  }
}
