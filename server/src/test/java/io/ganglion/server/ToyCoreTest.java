package io.ganglion.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.proto.v1.Backend;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.GetModelRequest;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.toy.ToyCoreProvider;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server finds a core on the class path that it was not compiled with, and serves on it. */
@Timeout(120)
class ToyCoreTest {
  @TempDir private Path folder;

  @Test
  void aCoreOnTheClassPathIsServedWhenItIsAskedForByName() throws Exception {
    float[] second = {-ToyCoreProvider.SURE, ToyCoreProvider.SURE};
    Path model = TestArtifacts.tiny().golden(input -> second).write(folder.resolve("model"));
    try (ServerProcess server = new ServerProcess(model, "--backend", "toy", "--toy-label", "1")) {
      ManagedChannel channel =
          Grpc.newChannelBuilderForAddress(
                  "localhost", server.port(), InsecureChannelCredentials.create())
              .build();
      try {
        PairClassifierGrpc.PairClassifierBlockingStub stub =
            PairClassifierGrpc.newBlockingStub(channel);
        Backend backend = stub.getModel(GetModelRequest.getDefaultInstance()).getBackend();
        assertThat(backend.getKind()).isEqualTo("toy");
        assertThat(backend.getReason()).isEqualTo("asked for");
        assertThat(stub.classify(pair()).getProbabilities(1)).isGreaterThan(0.99f);
      } finally {
        channel.shutdownNow();
      }
      server.terminate();
      assertThat(server.exitCode()).isZero();
      assertThat(server.printed("on 1 toy core (asked for)")).isTrue();
      assertThat(server.printed("every answer is label 1")).isTrue();
    }
  }

  private static ClassifyRequest pair() {
    return ClassifyRequest.newBuilder()
        .setTextA("the cat sat on the mat")
        .setTextB("a dog ran in the house")
        .build();
  }
}
