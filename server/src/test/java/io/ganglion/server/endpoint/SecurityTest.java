package io.ganglion.server.endpoint;

import static io.ganglion.server.grpc.TestServer.pair;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.engine.batch.Requests;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.server.grpc.TestServer;
import io.ganglion.server.grpc.WireLimits;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SecurityTest {
  private static final WireLimits LIMITS = new WireLimits(65_536, 16, 500, 1_000);

  @TempDir private Path folder;

  private TestIdentity identity(String name) throws Exception {
    return TestIdentity.create(folder, name);
  }

  private static TestServer start(Optional<TlsFiles> tls, Optional<Path> token) throws Exception {
    return new TestServer(
        Requests.scheduler(2, 1_000),
        LIMITS,
        new NetworkConfig(
            "127.0.0.1",
            0,
            4 << 20,
            NetworkConfig.INFLATED_BYTES,
            ConnectionLimits.of(100),
            tls,
            token));
  }

  private static int classify(TestServer server, TlsChannelCredentials.Builder credentials) {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("localhost", server.endpoint.port(), credentials.build())
            .build();
    try {
      return PairClassifierGrpc.newBlockingStub(channel).classify(pair(60)).getLabelIndex();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void tlsServesThoseWhoTrustItAndNobodyInPlainText() throws Exception {
    TestIdentity own = identity("server");
    TlsFiles files = new TlsFiles(own.certificate(), own.key(), Optional.empty());
    try (TestServer server = start(Optional.of(files), Optional.empty())) {
      TlsChannelCredentials.Builder trusting =
          TlsChannelCredentials.newBuilder().trustManager(own.certificate().toFile());
      assertThat(classify(server, trusting)).isEqualTo(1);
      assertThatThrownBy(() -> server.blocking().classify(pair(1)))
          .isInstanceOf(StatusRuntimeException.class);
    }
  }

  @Test
  void mutualTlsWantsACertificateOfItsAuthority() throws Exception {
    TestIdentity own = identity("server");
    TestIdentity client = identity("client");
    TestIdentity stranger = identity("stranger");
    TlsFiles files = new TlsFiles(own.certificate(), own.key(), Optional.of(client.certificate()));
    try (TestServer server = start(Optional.of(files), Optional.empty())) {
      assertThat(classify(server, presenting(own, client))).isEqualTo(1);
      assertThatThrownBy(() -> classify(server, presenting(own, stranger)))
          .isInstanceOf(StatusRuntimeException.class);
      assertThatThrownBy(
              () ->
                  classify(
                      server,
                      TlsChannelCredentials.newBuilder().trustManager(own.certificate().toFile())))
          .isInstanceOf(StatusRuntimeException.class);
    }
  }

  private static TlsChannelCredentials.Builder presenting(TestIdentity server, TestIdentity client)
      throws IOException {
    return TlsChannelCredentials.newBuilder()
        .trustManager(server.certificate().toFile())
        .keyManager(client.certificate().toFile(), client.key().toFile());
  }

  @Test
  void aBrokenKeyKeepsTheServerFromStarting() throws Exception {
    TestIdentity own = identity("server");
    Files.writeString(own.key(), "not a key");
    TlsFiles files = new TlsFiles(own.certificate(), own.key(), Optional.empty());
    assertThatThrownBy(() -> start(Optional.of(files), Optional.empty()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("TLS cannot be set up");
  }

  @Test
  void callsNeedTheTokenOfTheFileAndHealthNeedsNone() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "right\n");
    try (TestServer server = start(Optional.empty(), Optional.of(token))) {
      assertThat(bearing(server, "Bearer right").classify(pair(60)).getLabelIndex()).isEqualTo(1);
      for (String wrong : new String[] {"Bearer wrong", "Bearer ", "right", "Basic right"}) {
        assertThatThrownBy(() -> bearing(server, wrong).classify(pair(60)))
            .hasMessageStartingWith("UNAUTHENTICATED");
      }
      assertThatThrownBy(() -> server.blocking().classify(pair(60)))
          .hasMessageStartingWith("UNAUTHENTICATED");
      assertThat(server.events.unauthenticated.get()).isEqualTo(5);
      assertThat(
              HealthGrpc.newBlockingStub(server.channel())
                  .check(HealthCheckRequest.getDefaultInstance())
                  .getStatus())
          .isEqualTo(ServingStatus.SERVING);
    }
  }

  private static PairClassifierGrpc.PairClassifierBlockingStub bearing(
      TestServer server, String header) {
    Metadata metadata = new Metadata();
    metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), header);
    return server.blocking().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
  }
}
