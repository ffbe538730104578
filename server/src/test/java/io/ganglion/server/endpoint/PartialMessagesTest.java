package io.ganglion.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.Conditions;
import io.ganglion.server.grpc.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that begin messages and never end them. */
@Timeout(60)
class PartialMessagesTest {
  private static final int MESSAGE_BYTES = 4 << 20;
  private static final int CALLS = 100;

  private static RawHttp2 connect(TestServer server) throws IOException {
    return new RawHttp2(new Socket(InetAddress.getLoopbackAddress(), server.endpoint.port()));
  }

  /** All of a message but its last byte. */
  private static void begin(RawHttp2 client, int stream) throws IOException {
    client.call(stream, "/ganglion.v1.PairClassifier/Classify");
    byte[] prefix = {0, MESSAGE_BYTES >> 24, (byte) (MESSAGE_BYTES >> 16), 0, 0};
    client.frame(RawHttp2.DATA, 0, stream, prefix);
    byte[] part = new byte[1 << 14];
    for (int sent = 0; sent + part.length < MESSAGE_BYTES; sent += part.length) {
      client.frame(RawHttp2.DATA, 0, stream, part);
    }
  }

  @Test
  void aConnectionThatHoldsTooManyIsCutAndAnotherIsAnswered() throws Exception {
    try (TestServer server = new TestServer();
        RawHttp2 client = connect(server)) {
      try {
        for (int i = 0; i < CALLS; i++) {
          begin(client, 2 * i + 1);
          client.flush();
        }
      } catch (IOException e) {
        // It was cut.
      }
      Conditions.await(() -> server.events.cutConnections.get() == 1);
      assertThat(server.blocking().classify(TestServer.pair(60)).getLabelIndex()).isEqualTo(1);
    }
  }

  @Test
  void oneHalfMessageIsNoReason() throws Exception {
    try (TestServer server = new TestServer();
        RawHttp2 client = connect(server)) {
      begin(client, 1);
      client.flush();
      assertThat(server.blocking().classify(TestServer.pair(60)).getLabelIndex()).isEqualTo(1);
      assertThat(server.events.cutConnections).hasValue(0);
    }
  }
}
