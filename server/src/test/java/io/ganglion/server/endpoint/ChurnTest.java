package io.ganglion.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.server.grpc.TestServer;
import io.grpc.ManagedChannel;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many connections at once, and many that come and go. */
@Timeout(60)
class ChurnTest {
  private static int ask(ManagedChannel channel) {
    return PairClassifierGrpc.newBlockingStub(channel)
        .classify(TestServer.pair(60))
        .getLabelIndex();
  }

  @Test
  void allClientsOfAnAddressMayComeAtOnce() throws Exception {
    List<Socket> clients = new ArrayList<>();
    try (TestServer server = new TestServer()) {
      for (int i = 0; i < 600; i++) {
        clients.add(new Socket(InetAddress.getLoopbackAddress(), server.endpoint.port()));
      }
      for (Socket client : clients) {
        assertThat(client.getInputStream().read()).as("the server's settings").isNotNegative();
      }
      assertThat(server.events.refusedConnections).hasValue(0);
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  @Test
  void besideConnectionsThatComeAndGoAClientIsAnswered() throws Exception {
    try (TestServer server = new TestServer()) {
      ManagedChannel client = server.channel();
      for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 100; i++) {
          new Socket(InetAddress.getLoopbackAddress(), server.endpoint.port()).close();
        }
        assertThat(ask(client)).isEqualTo(1);
      }
    }
  }
}
