package io.ganglion.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.Conditions;
import io.ganglion.engine.batch.Requests;
import io.ganglion.server.grpc.TestServer;
import io.ganglion.server.grpc.WireLimits;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Floods of frames that bring nothing end with their connection, and with no other. */
@Timeout(60)
class FloodTest {
  private static final int FRAMES = 20 * FrameMeter.MOST_EMPTY;
  private static final String CLASSIFY = "/ganglion.v1.PairClassifier/Classify";

  @TempDir private Path folder;

  enum Flood {
    SETTINGS {
      @Override
      void send(RawHttp2 client, int number) throws IOException {
        client.frame(RawHttp2.SETTINGS, 0, 0, new byte[0]);
      }
    },
    PING_ANSWERS {
      @Override
      void send(RawHttp2 client, int number) throws IOException {
        client.frame(RawHttp2.PING, RawHttp2.ACK, 0, new byte[8]);
      }
    },
    EMPTY_DATA {
      @Override
      void send(RawHttp2 client, int number) throws IOException {
        if (number == 0) {
          client.call(1, CLASSIFY);
        }
        client.frame(RawHttp2.DATA, 0, 1, new byte[0]);
      }
    },
    WINDOW_UPDATES {
      @Override
      void send(RawHttp2 client, int number) throws IOException {
        client.frame(RawHttp2.WINDOW_UPDATE, 0, 0, RawHttp2.number(1));
      }
    };

    abstract void send(RawHttp2 client, int number) throws IOException;
  }

  private static Socket connect(TestServer server) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.endpoint.port());
  }

  @ParameterizedTest
  @EnumSource
  void aFloodIsCutAndAnotherClientIsAnswered(Flood flood) throws Exception {
    try (TestServer server = new TestServer();
        RawHttp2 client = new RawHttp2(connect(server))) {
      isCut(server, client, flood);
      assertThat(server.blocking().classify(TestServer.pair(60)).getLabelIndex()).isEqualTo(1);
    }
  }

  private static void isCut(TestServer server, RawHttp2 client, Flood flood) throws Exception {
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < FRAMES; i++) {
                flood.send(client, i);
              }
              client.flush();
              Conditions.await(() -> server.events.cutConnections.get() == 1);
              throw new IOException("cut after the last frame");
            })
        .isInstanceOf(IOException.class);
    Conditions.await(() -> server.events.cutConnections.get() == 1);
  }

  @Test
  void behindTlsAFloodIsCutAsWell() throws Exception {
    TestIdentity own = TestIdentity.create(folder, "server");
    NetworkConfig network =
        new NetworkConfig(
            "127.0.0.1",
            0,
            4 << 20,
            NetworkConfig.INFLATED_BYTES,
            ConnectionLimits.usual(),
            Optional.of(new TlsFiles(own.certificate(), own.key(), Optional.empty())),
            Optional.empty());
    try (TestServer server =
            new TestServer(
                Requests.scheduler(2, 1_000), new WireLimits(65_536, 16, 500, 1_000), network);
        RawHttp2 client = new RawHttp2(secure(server, own.certificate()))) {
      isCut(server, client, Flood.SETTINGS);
    }
  }

  private static Socket secure(TestServer server, Path certificate) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      trusted.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.endpoint.port());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  @Test
  void callsThatAreBegunAndResetInAFloodEndTheirConnection() throws Exception {
    try (TestServer server = new TestServer();
        RawHttp2 client = new RawHttp2(connect(server))) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < FRAMES; i++) {
                  client.call(2 * i + 1, CLASSIFY);
                  client.frame(RawHttp2.RST_STREAM, 0, 2 * i + 1, RawHttp2.number(8));
                }
                client.flush();
              })
          .as("writing to a connection that was closed")
          .isInstanceOf(IOException.class);
      assertThat(server.blocking().classify(TestServer.pair(60)).getLabelIndex()).isEqualTo(1);
    }
  }
}
