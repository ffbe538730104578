package io.ganglion.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.proto.v1.GetModelRequest;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that may open few files. */
@Timeout(120)
class DescriptorsTest {
  private static final int LIMIT = 300;

  @TempDir private Path folder;

  private ServerProcess start(String... flags) throws Exception {
    Path shell = Path.of("/bin/sh");
    assumeTrue(Files.isExecutable(shell), "needs a shell that can lower the limit of open files");
    Path model = TestArtifacts.tiny().write(folder.resolve("model"));
    return ServerProcess.limited(LIMIT, model, flags);
  }

  @Test
  void connectionsAreLoweredToWhatFitsAndMoreOfThemHarmNobody() throws Exception {
    List<Socket> crowd = new ArrayList<>();
    try (ServerProcess server = start()) {
      int port = server.port();
      assertThat(server.printed("--max-connections is lowered to 100")).isTrue();
      for (int i = 0; i < 2 * LIMIT; i++) {
        crowd.add(new Socket(InetAddress.getLoopbackAddress(), port));
      }
      for (Socket socket : crowd) {
        socket.close();
      }
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
      assertThat(
              PairClassifierGrpc.newBlockingStub(channel)
                  .withWaitForReady()
                  .getModel(GetModelRequest.getDefaultInstance())
                  .getLabelsCount())
          .isEqualTo(2);
      channel.shutdownNow();
      server.terminate();
      assertThat(server.exitCode()).isZero();
    }
  }

  @Test
  void moreConnectionsThanFitAreRefusedWhenTheyAreAskedFor() throws Exception {
    try (ServerProcess server = start("--max-connections", "1000")) {
      assertThat(server.exitCode()).isEqualTo(2);
      assertThat(server.printed("--max-connections must be at most 100, and is 1000")).isTrue();
    }
  }
}
