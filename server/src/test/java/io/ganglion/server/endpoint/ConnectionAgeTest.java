package io.ganglion.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.Conditions;
import io.ganglion.engine.batch.Requests;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.server.grpc.TestServer;
import io.ganglion.server.grpc.WireLimits;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that grow old. */
@Timeout(60)
class ConnectionAgeTest {
  @Test
  void anOldConnectionEndsAfterItsGraceAndItsClientGoesOnWithAnother() throws Exception {
    ConnectionLimits.Age age =
        new ConnectionLimits.Age(Duration.ofMillis(300), Duration.ofMillis(200));
    NetworkConfig network =
        new NetworkConfig(
            "127.0.0.1",
            0,
            4 << 20,
            NetworkConfig.INFLATED_BYTES,
            new ConnectionLimits(10, 10, 100, Optional.of(age)),
            Optional.empty(),
            Optional.empty());
    try (TestServer server =
        new TestServer(
            Requests.scheduler(2, 1_000), new WireLimits(65_536, 16, 500, 1_000), network)) {
      ManagedChannel channel = server.channel();
      CompletableFuture<Status> end = new CompletableFuture<>();
      var unused = PairClassifierGrpc.newStub(channel).classifyStream(until(end));
      Conditions.await(() -> server.events.streams.get() == 1);
      assertThat(end.get(30, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(
              PairClassifierGrpc.newBlockingStub(channel)
                  .withWaitForReady()
                  .classify(TestServer.pair(60))
                  .getLabelIndex())
          .isEqualTo(1);
    }
  }

  private static StreamObserver<ClassifyStreamResponse> until(CompletableFuture<Status> end) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ClassifyStreamResponse response) {}

      @Override
      public void onError(Throwable error) {
        end.complete(Status.fromThrowable(error));
      }

      @Override
      public void onCompleted() {
        end.complete(Status.OK);
      }
    };
  }
}
