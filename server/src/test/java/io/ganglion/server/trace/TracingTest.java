package io.ganglion.server.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.cli.UsageException;
import io.ganglion.engine.batch.Requests;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.server.endpoint.NetworkConfig;
import io.ganglion.server.grpc.TestServer;
import io.ganglion.server.grpc.WireLimits;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TracingTest {
  private static final String PROTOCOL = "otel.exporter.otlp.protocol";
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  private final OtlpReceiver collector;

  TracingTest() throws IOException {
    collector = new OtlpReceiver();
  }

  @AfterEach
  void close() {
    System.clearProperty(PROTOCOL);
    collector.close();
  }

  private static TestServer start(Tracing tracing) throws Exception {
    return new TestServer(
        Requests.scheduler(2, 1_000),
        new WireLimits(65_536, 16, 500, 1_000),
        NetworkConfig.plain("127.0.0.1", 0, 4 << 20),
        tracing);
  }

  /** Sends a good request that is part of a trace, and a bad one that is not. */
  private static void ask(TestServer server) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
        "00-" + TRACE + "-b7ad6b7169203331-01");
    PairClassifierGrpc.PairClassifierBlockingStub stub = server.blocking();
    stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .classify(TestServer.pair(60));
    assertThatThrownBy(() -> stub.classify(ClassifyRequest.getDefaultInstance()))
        .isInstanceOf(StatusRuntimeException.class);
  }

  private List<OtlpReceiver.Span> spans(String name) {
    return collector.spans.stream().filter(span -> span.name().equals(name)).toList();
  }

  private void requestsAreInTheSpansOfTheirCalls() {
    List<OtlpReceiver.Span> requests = spans("classify");
    List<OtlpReceiver.Span> calls = spans("Recv.ganglion.v1.PairClassifier.Classify");
    assertThat(requests).as("%s", collector.spans).hasSize(2);
    assertThat(calls).hasSize(2);
    OtlpReceiver.Span good =
        requests.stream().filter(span -> span.traceId().equals(TRACE)).findFirst().orElseThrow();
    assertThat(calls).anyMatch(call -> call.id().equals(good.parentId()));
    assertThat(good.attributes())
        .containsEntry("ganglion.outcome", "answered")
        .containsEntry("ganglion.batch_size_requests", 1L)
        .containsKeys("ganglion.queue_ns", "ganglion.inference_ns", "ganglion.core_index")
        .containsEntry("ganglion.input_tokens", 6L);
    assertThat(requests)
        .anyMatch(span -> "invalid".equals(span.attributes().get("ganglion.outcome")));
  }

  @Test
  void aCollectorSeesEachRequestWithTheFactsOfItsBatch() throws Exception {
    Tracing tracing = Tracing.open(collector.grpcEndpoint());
    try (TestServer server = start(tracing)) {
      ask(server);
    }
    tracing.close();
    requestsAreInTheSpansOfTheirCalls();
  }

  @Test
  void itMayBeReachedOverHttp() throws Exception {
    System.setProperty(PROTOCOL, "http/protobuf");
    Tracing tracing = Tracing.open(collector.httpEndpoint());
    try (TestServer server = start(tracing)) {
      ask(server);
    }
    tracing.close();
    requestsAreInTheSpansOfTheirCalls();
  }

  @Test
  void anEndpointThatIsNoUrlIsRefused() {
    assertThatThrownBy(() -> Tracing.open("nowhere"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Traces cannot be sent: ");
  }
}
