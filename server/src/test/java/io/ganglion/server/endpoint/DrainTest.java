package io.ganglion.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.Conditions;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.server.grpc.TestServer;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.channelz.v1.GetServersRequest;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that never end by themselves do not delay a stopping server. */
@Timeout(60)
class DrainTest {
  /** Collects all events until the end. */
  private static final class Watch<T> implements StreamObserver<T> {
    final List<T> messages = new CopyOnWriteArrayList<>();
    final CompletableFuture<Status> end = new CompletableFuture<>();

    @Override
    public void onNext(T message) {
      messages.add(message);
    }

    @Override
    public void onError(Throwable error) {
      end.complete(Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }
  }

  @Test
  void aClientThatWatchesHealthIsToldAndDoesNotHoldUpTheEnd() throws Exception {
    try (TestServer server = new TestServer()) {
      ManagedChannel channel = server.channel();
      Watch<HealthCheckResponse> health = new Watch<>();
      HealthGrpc.newStub(channel).watch(HealthCheckRequest.getDefaultInstance(), health);
      Watch<ServerReflectionResponse> reflection = new Watch<>();
      StreamObserver<ServerReflectionRequest> questions =
          ServerReflectionGrpc.newStub(channel).serverReflectionInfo(reflection);
      questions.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
      Conditions.await(() -> health.messages.size() == 1 && reflection.messages.size() == 1);
      assertThat(reflection.messages.toString()).contains("ganglion.v1.PairClassifier");

      server.endpoint.refuseAll();
      assertThat(server.endpoint.endCalls(Duration.ofSeconds(20))).isTrue();
      assertThat(health.end.get(10, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(reflection.end.get(10, TimeUnit.SECONDS).getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(health.messages)
          .extracting(HealthCheckResponse::getStatus)
          .containsExactly(ServingStatus.SERVING, ServingStatus.NOT_SERVING);
    }
  }

  @Test
  void aCallThatAsksNothingIsEnded() throws Exception {
    try (TestServer server = new TestServer()) {
      ManagedChannel channel = server.channel();
      ClientCall<?, ?> call =
          channel.newCall(PairClassifierGrpc.getClassifyMethod(), CallOptions.DEFAULT);
      CompletableFuture<Status> end = new CompletableFuture<>();
      call.start(listener(end), new Metadata());
      PairClassifierGrpc.newBlockingStub(channel).classify(TestServer.pair(1)); // came later
      server.endpoint.refuseAll();
      assertThat(server.endpoint.endCalls(Duration.ofSeconds(20))).isTrue();
      assertThat(end.get(10, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void aCallWhoseMessageWasTooLargeIsNotWaitedFor() throws Exception {
    try (TestServer server = new TestServer()) {
      String text = "w".repeat(5 << 20);
      ClassifyRequest tooLarge = ClassifyRequest.newBuilder().setTextA(text).build();
      assertThatThrownBy(() -> server.blocking().classify(tooLarge))
          .isInstanceOf(StatusRuntimeException.class);
      server.endpoint.refuseAll();
      assertThat(server.endpoint.endCalls(Duration.ofSeconds(20))).isTrue();
    }
  }

  private static <T> ClientCall.Listener<T> listener(CompletableFuture<Status> end) {
    return new ClientCall.Listener<>() {
      @Override
      public void onClose(Status status, Metadata trailers) {
        end.complete(status);
      }
    };
  }

  @Test
  void channelzShowsTheServer() throws Exception {
    try (TestServer server = new TestServer()) {
      assertThat(
              ChannelzGrpc.newBlockingStub(server.channel())
                  .getServers(GetServersRequest.getDefaultInstance())
                  .getServerList())
          .anyMatch(each -> each.getListenSocketCount() == 1);
    }
  }
}
