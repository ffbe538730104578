package io.ganglion.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.client.Conditions;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.server.batch.Requests;
import io.ganglion.server.grpc.TestServer;
import io.ganglion.server.grpc.WireLimits;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More connections than the server keeps open. */
@Timeout(60)
class ConnectionLimitTest {
  private static final int LIMIT = 3;

  private static TestServer server() throws Exception {
    return new TestServer(
        Requests.engine(2, 1_000),
        new WireLimits(65_536, 16, 500, 1_000),
        new NetworkConfig("127.0.0.1", 0, 4 << 20, LIMIT, Optional.empty(), Optional.empty()));
  }

  private static Socket connect(TestServer server) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.endpoint.port());
  }

  private static int ask(ManagedChannel channel) {
    return PairClassifierGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .classify(TestServer.pair(60))
        .getLabelIndex();
  }

  @Test
  void oneTooManyIsClosedAtOnceAndCountedAndTheOthersAreServed() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try (TestServer server = server()) {
      ManagedChannel early = server.channel();
      assertThat(ask(early)).isEqualTo(1);
      for (int i = 1; i < LIMIT; i++) {
        Socket socket = connect(server);
        assertThat(socket.getInputStream().read()).as("the server's settings").isNotNegative();
        silent.add(socket);
      }
      try (Socket tooMany = connect(server)) {
        assertThat(tooMany.getInputStream().read()).as("end of the connection").isEqualTo(-1);
      }
      assertThat(server.events.refusedConnections).hasValue(1);
      assertThat(ask(early)).isEqualTo(1);

      silent.get(0).close();
      assertThat(ask(server.channel())).as("in the place that is free again").isEqualTo(1);
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void connectionsThatComeAndGoTakeNoPlace() throws Exception {
    try (TestServer server = server()) {
      for (int i = 0; i < 20 * LIMIT; i++) {
        ManagedChannel channel = server.channel();
        assertThat(ask(channel)).isEqualTo(1);
        channel.shutdownNow();
        Conditions.await(() -> server.events.connections.get() == 0);
      }
    }
  }
}
