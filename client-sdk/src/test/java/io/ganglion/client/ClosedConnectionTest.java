package io.ganglion.client;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.Classification;
import io.ganglion.api.Conditions;
import io.ganglion.api.GanglionException;
import io.ganglion.api.TextPair;
import io.ganglion.client.ScriptedServer.Act;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the client says about a closed connection, and when it mentions TLS. */
@Timeout(30)
class ClosedConnectionTest {
  private static GanglionClient client(String target) {
    return GanglionClient.builder().target(target).maxAttempts(1).build();
  }

  /** A port that sends some bytes on each connection and closes it. */
  private static ServerSocket saying(byte... bytes) throws IOException {
    ServerSocket listening = new ServerSocket(0);
    Thread thread =
        new Thread(
            () -> {
              while (!listening.isClosed()) {
                try (Socket socket = listening.accept()) {
                  socket
                      .getInputStream()
                      .readNBytes(
                          24); // read the preface, otherwise closing would reset the connection
                  socket.getOutputStream().write(bytes);
                  socket.shutdownOutput();
                  socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                  // The test is over, or the client went away.
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
    return listening;
  }

  @Test
  void anAlertOfTlsIsKnownByItsFirstBytes() throws Exception {
    try (ServerSocket server =
            saying(
                (byte) 0x15,
                (byte) 3,
                (byte) 3,
                (byte) 0,
                (byte) 2,
                (byte) 2,
                (byte) 40,
                (byte) 0,
                (byte) 0,
                (byte) 0);
        GanglionClient client = client("localhost:" + server.getLocalPort())) {
      assertThatThrownBy(() -> client.classify("a", "b").join())
          .hasCauseInstanceOf(GanglionException.class)
          .hasMessageContaining("the server speaks TLS");
    }
  }

  @Test
  void aConnectionThatIsClosedAtOnceMayBeOneForTls() throws Exception {
    try (ServerSocket server = saying();
        GanglionClient client = client("localhost:" + server.getLocalPort())) {
      assertThatThrownBy(() -> client.classify("a", "b").join())
          .hasMessageContaining("does the server want TLS?");
    }
  }

  @Test
  void aServerThatHasAnsweredOnceWantsNoTls() throws Exception {
    try (ScriptedServer server =
            ScriptedServer.start((text, times) -> text.equals("a") ? ANSWER : new Act.Silence());
        BlackHole proxy = new BlackHole(server.port());
        GanglionClient client = client(proxy.target())) {
      client.classify("a", "b").join();
      CompletableFuture<Classification> call = client.classify("never", "b");
      CompletableFuture<Classification> item = client.openStream().trySend(new TextPair("c")).get();
      Conditions.await(() -> server.received.get() == 3);
      proxy.cut();
      for (CompletableFuture<Classification> lost : List.of(call, item)) {
        assertThatThrownBy(lost::join)
            .hasCauseInstanceOf(GanglionException.Unavailable.class)
            .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("TLS"));
      }
    }
  }
}
