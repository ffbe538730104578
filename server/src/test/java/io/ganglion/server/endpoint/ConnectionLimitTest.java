package io.ganglion.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.Conditions;
import io.ganglion.engine.batch.Requests;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.server.grpc.TestServer;
import io.ganglion.server.grpc.WireLimits;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests what happens with more connections than the server may have. */
@Timeout(60)
class ConnectionLimitTest {
  private static final int LIMIT = 3;

  private static TestServer server() throws Exception {
    return new TestServer(
        Requests.scheduler(2, 1_000),
        new WireLimits(65_536, 16, 500, 1_000),
        new NetworkConfig(
            "127.0.0.1",
            0,
            4 << 20,
            NetworkConfig.INFLATED_BYTES,
            ConnectionLimits.of(LIMIT),
            Optional.empty(),
            Optional.empty()));
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

  /** A stream on its own connection, open until the channel is shut down. */
  private static ManagedChannel asking(TestServer server) {
    ManagedChannel channel = server.channel();
    PairClassifierGrpc.newStub(channel)
        .classifyStream(
            new StreamObserver<>() {
              @Override
              public void onNext(ClassifyStreamResponse response) {}

              @Override
              public void onError(Throwable error) {}

              @Override
              public void onCompleted() {}
            });
    return channel;
  }

  @Test
  void oneTooManyIsClosedAtOnceAndCountedWhereAllOthersAsk() throws Exception {
    try (TestServer server = server()) {
      ManagedChannel first = asking(server);
      for (int i = 1; i < LIMIT; i++) {
        asking(server);
      }
      Conditions.await(() -> server.events.streams.get() == LIMIT);
      try (Socket tooMany = connect(server)) {
        assertThat(tooMany.getInputStream().read()).as("end of the connection").isEqualTo(-1);
      }
      assertThat(server.events.refusedConnections).hasValue(1);
      assertThat(ask(first)).isEqualTo(1);

      first.shutdownNow();
      assertThat(ask(server.channel())).as("in the place that is free again").isEqualTo(1);
    }
  }

  @Test
  void connectionsThatAreOnlyHeldOpenLockNobodyOut() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try (TestServer server = server()) {
      for (int i = 0; i < LIMIT; i++) {
        Socket socket = connect(server);
        assertThat(socket.getInputStream().read()).as("the server's settings").isNotNegative();
        silent.add(socket);
      }
      long idleSince = System.nanoTime();
      Conditions.await(() -> System.nanoTime() - idleSince > 2 * ConnectionTable.LEAST_IDLE_NS);
      assertThat(ask(server.channel())).isEqualTo(1);
      assertThat(server.events.evictedConnections).hasValue(1);
      silent.get(0).setSoTimeout(10_000);
      assertThat(silent.get(0).getInputStream().readAllBytes())
          .as("until it is closed")
          .isNotNull();
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void connectionsThatSendFramesOfNothingLockNobodyOut() throws Exception {
    List<RawHttp2> dripping = new ArrayList<>();
    try (TestServer server = server()) {
      for (int i = 0; i < LIMIT; i++) {
        RawHttp2 client = new RawHttp2(connect(server));
        client.flush();
        dripping.add(client);
      }
      long since = System.nanoTime();
      while (System.nanoTime() - since < 2 * ConnectionTable.LEAST_IDLE_NS) {
        for (RawHttp2 client : dripping) {
          client.frame(RawHttp2.WINDOW_UPDATE, 0, 0, RawHttp2.number(1)).flush();
        }
        Thread.sleep(20); // what they do, not a wait for something
      }
      for (RawHttp2 client : dripping) {
        client.frame(RawHttp2.WINDOW_UPDATE, 0, 0, RawHttp2.number(1)).flush();
      }
      assertThat(ask(server.channel())).isEqualTo(1);
      assertThat(server.events.refusedConnections).hasValue(0);
    } finally {
      for (RawHttp2 client : dripping) {
        client.close();
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
