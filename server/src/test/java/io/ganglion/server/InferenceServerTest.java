package io.ganglion.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.engine.model.ModelOptions;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.server.endpoint.NetworkConfig;
import io.ganglion.server.grpc.WireLimits;
import io.ganglion.server.log.EventLog;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class InferenceServerTest {
  private static final ClassifyRequest PAIR =
      ClassifyRequest.newBuilder().setTextA("the cat sat on the mat").setTextB("a dog").build();

  @TempDir private Path folder;

  private static HttpResponse<String> get(int port, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void servesShowsItsMetricsAndStops() throws Exception {
    Path model = TestArtifacts.tiny().write(folder.resolve("model"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    InferenceServer server =
        InferenceServer.start(
            new ServerConfig(
                model,
                ModelOptions.defaults(),
                NetworkConfig.plain("127.0.0.1", 0, 4 << 20),
                new Telemetry(
                    "127.0.0.1", OptionalInt.of(0), Optional.empty(), Duration.ofSeconds(1)),
                new WireLimits(65_536, 256, 512, 1024),
                Duration.ZERO,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5)),
            new EventLog(out, out, EventLog.Format.TEXT, EventLog.Level.INFO));
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    ClassifyResponse response = PairClassifierGrpc.newBlockingStub(channel).classify(PAIR);
    assertThat(response.getProbabilities(0) + response.getProbabilities(1)).isBetween(0.99f, 1.01f);

    int http = server.metricsPort();
    assertThat(get(http, "/healthz").statusCode()).isEqualTo(200);
    assertThat(get(http, "/readyz").statusCode()).isEqualTo(200);
    String metrics = get(http, "/metrics").body();
    assertThat(metrics)
        .contains("ganglion_requests_total{outcome=\"answered\"} 1.0")
        .contains("execution_status_total{status_type=\"completed\"} 1.0")
        .contains("neuroncore_utilization_ratio{neuroncore=")
        .contains("execution_latency_seconds{percentile=\"p50\"}")
        .contains("ganglion_queue_depth_requests 0.0")
        .contains("ganglion_model_info{")
        .contains("ganglion_batch_fill_ratio_count 1")
        .contains("ganglion_open_connections 1.0")
        .contains("ganglion_refused_connections_total 0.0")
        .contains("ganglion_padding_ratio 0.0")
        .contains("ganglion_stalled_streams 0.0")
        .contains("ganglion_inference_seconds_count 1")
        .contains("ganglion_build_info{", "jvm_threads_current", "process_start_time_seconds");
    assertThat(memory(metrics)).as("more than the heap").isGreaterThan(heap(metrics));
    eachMetricIsNamedOnceWithASentence(metrics);

    assertThat(server.drain()).isTrue();
    channel.shutdownNow();
    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("Average throughput: ");
  }

  /** Names of the vendor's exporter, so that its dashboards work. */
  private static final List<String> VENDOR_NAMES =
      List.of(
          "neuroncore_utilization_ratio",
          "execution_status_total",
          "execution_errors_total",
          "execution_latency_seconds",
          "neuron_runtime_memory_used_bytes",
          "neuron_runtime_vcpu_usage_ratio");

  private static final Set<String> UNITS =
      Set.of("total", "seconds", "bytes", "ratio", "requests", "info");

  /** Their unit is what they count. */
  private static final Set<String> COUNTS =
      Set.of(
          "ganglion_healthy_cores",
          "ganglion_open_streams",
          "ganglion_open_connections",
          "ganglion_stalled_streams");

  private static void eachMetricIsNamedOnceWithASentence(String metrics) {
    List<String> named = new ArrayList<>();
    for (String line : metrics.lines().filter(l -> l.startsWith("# HELP ")).toList()) {
      String[] parts = line.split(" ", 4);
      named.add(parts[2]);
      if (parts[2].startsWith("jvm_") || parts[2].startsWith("process_")) {
        continue; // named and described by Prometheus' library
      }
      assertThat(parts[3]).as(parts[2]).matches("[A-Z].+[.]");
      String unit = parts[2].substring(parts[2].lastIndexOf('_') + 1);
      assertThat(UNITS.contains(unit) || COUNTS.contains(parts[2])).as(parts[2]).isTrue();
    }
    assertThat(named).doesNotHaveDuplicates().containsAll(VENDOR_NAMES);
    List<String> typed =
        metrics.lines().filter(l -> l.startsWith("# TYPE ")).map(l -> l.split(" ", -1)[2]).toList();
    assertThat(typed).containsExactlyElementsOf(named);
  }

  private static double memory(String metrics) {
    return value(metrics, "neuron_runtime_memory_used_bytes{memory_location=\"host\"} ");
  }

  private static double heap(String metrics) {
    return value(metrics, "jvm_memory_used_bytes{area=\"heap\"} ");
  }

  private static double value(String metrics, String start) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(start))
        .mapToDouble(line -> Double.parseDouble(line.substring(start.length())))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theSameServicesRunInsideAnotherProgram() throws Exception {
    Path model = TestArtifacts.tiny().write(folder.resolve("model"));
    try (InProcessServer server = InProcessServer.start(model)) {
      ClassifyResponse response =
          PairClassifierGrpc.newBlockingStub(server.channel()).classify(PAIR);
      assertThat(response.getLabel()).isIn("paraphrase", "not_paraphrase");
    }
  }
}
