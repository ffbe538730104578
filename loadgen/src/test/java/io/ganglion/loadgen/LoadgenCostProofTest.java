package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.client.ScriptedServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures the load generator's own cost against an echo in another process. Needs a quiet machine.
 */
@Tag("proof")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LoadgenCostProofTest {
  @TempDir Path dir;

  private static Process java(Class<?> main, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(args));
    return new ProcessBuilder(command).inheritIO().start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private JsonNode run(int port, String... args) throws Exception {
    Path json = dir.resolve("run.json");
    List<String> all = new ArrayList<>(List.of("-q", "--port", "" + port, "--json", "" + json));
    all.addAll(List.of(args));
    assertThat(java(LoadgenMain.class, all.toArray(String[]::new)).waitFor()).isZero();
    return new ObjectMapper().readTree(json.toFile());
  }

  @Test
  void fiveThousandRequestsASecondCostUnderFifteenPercentOfOneCore() throws Exception {
    int port = freePort();
    Process echo = java(ScriptedServer.class, "" + port);
    try (ServerUp up = new ServerUp(port)) {
      up.await();
      double[] cores = new double[3];
      for (int i = 0; i < cores.length; i++) {
        JsonNode report = run(port, "--rate", "5000", "--warmup", "15s", "--duration", "15s");
        cores[i] = report.get("loadgen_cores").asDouble();
        System.out.printf("%.4f of a core, %s%n", cores[i], report.get("latency_ms"));
      }
      Arrays.sort(cores);
      assertThat(cores[1]).isLessThan(0.15);
    } finally {
      echo.destroyForcibly().waitFor();
    }
  }

  @Test
  void ninetySixStreamsReachSeventyFiveThousandRequestsASecond() throws Exception {
    int port = freePort();
    Process echo = java(ScriptedServer.class, "" + port);
    try (ServerUp up = new ServerUp(port)) {
      up.await();
      JsonNode report = run(port, "--clients", "96", "--warmup", "8s", "--duration", "8s");
      System.out.printf(
          "%,.0f/s at %.3f cores%n",
          report.get("throughput_per_second").asDouble(), report.get("loadgen_cores").asDouble());
      assertThat(report.get("throughput_per_second").asDouble()).isGreaterThan(75_000);
    } finally {
      echo.destroyForcibly().waitFor();
    }
  }

  /** Sends requests until the server answers. */
  private record ServerUp(io.ganglion.client.GanglionClient client) implements AutoCloseable {
    ServerUp(int port) {
      this(io.ganglion.client.GanglionClient.builder().target("127.0.0.1:" + port).build());
    }

    void await() {
      client.classify("a", "b").join(); // waits for the server until its deadline
    }

    @Override
    public void close() {
      client.closeNow();
    }
  }
}
