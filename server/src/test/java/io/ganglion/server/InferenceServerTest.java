package io.ganglion.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.server.grpc.NetworkConfig;
import io.ganglion.server.grpc.WireLimits;
import io.ganglion.server.log.EventLog;
import io.ganglion.server.model.ModelOptions;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class InferenceServerTest {
  private static final ClassifyRequest PAIR =
      ClassifyRequest.newBuilder()
          .setTextA(ByteString.copyFromUtf8("the cat sat on the mat"))
          .setTextB(ByteString.copyFromUtf8("a dog"))
          .build();

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
                -1,
                new WireLimits(65_536, 256, 512, 1024),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5)),
            out,
            new EventLog(out, EventLog.Format.TEXT));
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
        .contains("ganglion_open_connections 1.0");

    assertThat(server.drain()).isTrue();
    channel.shutdownNow();
    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("Average throughput: ");
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
