package io.ganglion.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that cannot go on ends, and one that shall end does so whatever fails meanwhile. */
@Timeout(120)
class LastResortTest {
  @TempDir private Path folder;

  private ServerProcess start(String... flags) throws Exception {
    Path model = TestArtifacts.tiny().golden(input -> new float[2]).write(folder.resolve("model"));
    String[] all = new String[flags.length + 2];
    all[0] = "--backend";
    all[1] = "doomed";
    System.arraycopy(flags, 0, all, 2, flags.length);
    return new ServerProcess(model, all);
  }

  private static ClassifyRequest text(String text) {
    return ClassifyRequest.newBuilder().setTextA(text).build();
  }

  /**
   * Only a new process helps, and whoever started this one sees by its exit code that it failed.
   */
  @Test
  void aServerThatHasLostItsDriverEndsByItself() throws Exception {
    try (ServerProcess server = start()) {
      ManagedChannel channel =
          Grpc.newChannelBuilderForAddress(
                  "localhost", server.port(), InsecureChannelCredentials.create())
              .build();
      var stub = PairClassifierGrpc.newBlockingStub(channel);
      assertThat(stub.classify(text("cat dog")).getProbabilities(0)).isEqualTo(0.5f);
      assertThatThrownBy(() -> stub.classify(text("cat cat cat cat")))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageStartingWith("UNAVAILABLE");
      assertThat(server.exitCode()).isEqualTo(1);
      assertThat(server.printed("the driver is gone")).isTrue();
      channel.shutdownNow();
    }
  }

  /** Its connections, or all later ones, would be dead while everything seems well. */
  @ParameterizedTest
  @ValueSource(strings = {"ganglion-network", "ganglion-accept", "ganglion-http"})
  void aServerThatHasLostAThreadOfTheNetworkEndsByItself(String threads) throws Exception {
    assumeTrue(Runtime.version().feature() < 20, "this JVM lets nobody end a thread");
    try (ServerProcess server =
        start("--doomed-threads", threads, "--drain-timeout", "1s", "--metrics-port", "0")) {
      ManagedChannel channel =
          Grpc.newChannelBuilderForAddress(
                  "localhost", server.port(), InsecureChannelCredentials.create())
              .build();
      var unused = PairClassifierGrpc.newFutureStub(channel).classify(text("cat cat cat cat"));
      assertThat(server.exitCode()).isEqualTo(1);
      assertThat(server.printed("thread_ended")).isTrue();
      assertThat(server.printed(threads)).isTrue();
      assertThat(server.printed("stopping: finishing the requests in flight")).isTrue();
      channel.shutdownNow();
    }
  }

  @Test
  void anErrorOnTheWayOutDoesNotKeepTheServer() throws Exception {
    try (ServerProcess server = start("--doomed-close", "error")) {
      server.port();
      server.terminate();
      assertThat(server.exitCode()).isEqualTo(1);
      assertThat(server.printed("what closing needs")).isTrue();
    }
  }
}
