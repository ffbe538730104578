package io.ganglion.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No client may be able to fill the log. */
@Timeout(120)
class QuietLogTest {
  private static final String SECRET = "ofnobodysbusiness";

  @TempDir private Path folder;

  @Test
  void clientsLeaveNoStackTraceAndNoText() throws Exception {
    Path model = TestArtifacts.tiny().write(folder.resolve("model"));
    try (ServerProcess server = new ServerProcess(model)) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
      PairClassifierGrpc.PairClassifierBlockingStub stub =
          PairClassifierGrpc.newBlockingStub(channel);
      for (int bytes : new int[] {10, 100_000, 5 << 20}) {
        String text = SECRET.repeat(1 + bytes / SECRET.length());
        ClassifyRequest request = ClassifyRequest.newBuilder().setTextA(text).setTextB("").build();
        assertThatThrownBy(() -> stub.classify(request)).isInstanceOf(StatusRuntimeException.class);
      }
      greet(server.port(), "GET / HTTP/1.1\r\nHost: " + SECRET + "\r\n\r\n");
      greet(server.port(), SECRET.repeat(100));
      server.terminate();
      assertThat(server.exitCode()).isZero();
      channel.shutdownNow();
      assertThat(String.join("\n", server.lines))
          .contains("stopping")
          .doesNotContain(SECRET, "Exception", "\tat ", "drain_timeout");
    }
  }

  private static void greet(int port, String text) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = socket.getOutputStream();
      out.write(text.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      socket.getInputStream().readAllBytes(); // until the server has closed
    } catch (java.net.SocketException e) {
      assertThat(e).hasMessageContaining("reset"); // the server may also reset the connection
    }
  }
}
