package io.ganglion.server.wire.ganglion;

import static io.ganglion.server.grpc.TestServer.pair;
import static io.ganglion.server.grpc.TestServer.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.rpc.RetryInfo;
import io.ganglion.api.Conditions;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.batch.Requests;
import io.ganglion.engine.batch.ScriptedCores;
import io.ganglion.proto.mrpc.TextPair;
import io.ganglion.proto.mrpc.YesNo;
import io.ganglion.proto.mrpc.mrpcGrpc;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.GetModelRequest;
import io.ganglion.proto.v1.GetModelResponse;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.server.grpc.BadTexts;
import io.ganglion.server.grpc.TestServer;
import io.ganglion.server.grpc.WireLimits;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class UnaryTest {
  private TestServer server;

  private TestServer start() throws Exception {
    server = new TestServer();
    return server;
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private StatusRuntimeException failure(ClassifyRequest request) {
    return catchThrowableOfType(
        StatusRuntimeException.class, () -> server.blocking().classify(request));
  }

  @Test
  void answersWithLabelProbabilitiesAndTimings() throws Exception {
    start();
    ClassifyResponse response = server.blocking().classify(pair(60));
    assertThat(response.getLabelIndex()).isEqualTo(1);
    assertThat(response.getLabel()).isEqualTo("paraphrase");
    assertThat(response.getProbabilitiesList()).hasSize(2);
    assertThat(response.getProbabilities(1)).isGreaterThan(0.99f);
    assertThat(response.getTimings().getBatchSizeRequests()).isEqualTo(1);
    assertThat(response.getTimings().getInputTokens()).isEqualTo(6);
    assertThat(response.getTimings().getQueueNs()).isPositive();
  }

  @Test
  void badTextsAreInvalidAndNameTheField() throws Exception {
    start();
    assertThat(failure(ClassifyRequest.getDefaultInstance()).getStatus())
        .matches(s -> s.getCode() == Status.Code.INVALID_ARGUMENT)
        .matches(s -> "text_a is empty".equals(s.getDescription()));
    assertThat(
            failure(BadTexts.add(ClassifyRequest.newBuilder().setTextA("w1"), 2).build())
                .getStatus()
                .getDescription())
        .isEqualTo("text_b is not valid UTF-8");
    assertThat(
            failure(ClassifyRequest.newBuilder().setTextA("w1 ".repeat(400_000)).build())
                .getStatus()
                .getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(
            failure(ClassifyRequest.newBuilder().setTextA("w1 ".repeat(2_000_000)).build())
                .getStatus()
                .getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(server.blocking().classify(pair(1)).getLabelIndex()).isZero();
  }

  @Test
  void theDemosContractAnswersAsTheDemoDid() throws Exception {
    start();
    mrpcGrpc.mrpcBlockingStub stub = mrpcGrpc.newBlockingStub(server.channel());
    YesNo yes =
        stub.paraphrase(TextPair.newBuilder().setTextA(utf8("w60")).setTextB(utf8("w1")).build());
    assertThat(yes.getMessage().toStringUtf8()).isEqualTo("paraphrase!");
    assertThat(yes.getPrediction().toStringUtf8()).isEqualTo("1");
    YesNo no =
        stub.paraphrase(TextPair.newBuilder().setTextA(utf8("w6")).setTextB(utf8("w1")).build());
    assertThat(no.getMessage().toStringUtf8()).isEqualTo("not paraphrase!");
    assertThat(no.getPrediction().toStringUtf8()).isEqualTo("0");
    assertThatThrownBy(() -> stub.paraphrase(TextPair.newBuilder().setTextA(utf8("w60")).build()))
        .hasMessage("INVALID_ARGUMENT: text_b is empty");
    TextPair bad =
        TextPair.newBuilder()
            .setTextA(ByteString.copyFrom(new byte[] {(byte) 0xff}))
            .setTextB(utf8("w1"))
            .build();
    assertThatThrownBy(() -> stub.paraphrase(bad))
        .hasMessage("INVALID_ARGUMENT: text_a is not valid UTF-8");
  }

  @Test
  void getModelTellsModelAndLimits() throws Exception {
    start();
    GetModelResponse model = server.blocking().getModel(GetModelRequest.getDefaultInstance());
    assertThat(model.getName()).isEqualTo("test");
    assertThat(model.getLabelsList()).containsExactly("not_paraphrase", "paraphrase");
    assertThat(model.getBackend().getKind()).isEqualTo("scripted");
    assertThat(model.getBackend().getBatchInvariant()).isTrue();
    assertThat(model.getLimits().getItemBytes()).isEqualTo(65_536);
    assertThat(model.getLimits().getStreamInFlightRequests()).isEqualTo(16);
    assertThat(model.getLimits().getBatchSizeRequests()).isEqualTo(4);
  }

  @Test
  void overloadIsRefusedWithRetryInfo() throws Exception {
    server = new TestServer(Requests.scheduler(1, 2), new WireLimits(65_536, 16, 500, 2));
    Semaphore cores = new Semaphore(0);
    server.cores.script(
        (index, batch) -> {
          cores.acquireUninterruptibly();
          return ScriptedCores.answer(batch);
        });
    ManagedChannel channel = server.channel();
    List<Future<ClassifyResponse>> held = new ArrayList<>();
    held.add(PairClassifierGrpc.newFutureStub(channel).classify(pair(60)));
    Conditions.await(() -> cores.hasQueuedThreads());
    held.add(PairClassifierGrpc.newFutureStub(channel).classify(pair(60)));
    held.add(PairClassifierGrpc.newFutureStub(channel).classify(pair(60)));
    Conditions.await(() -> server.model.scheduler().queueDepth() == 2);
    StatusRuntimeException refused = failure(pair(60));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    com.google.rpc.Status details = StatusProto.fromThrowable(refused);
    assertThat(details.getDetails(0).unpack(RetryInfo.class).getRetryDelay())
        .isNotEqualTo(Duration.getDefaultInstance());
    cores.release(100);
    for (Future<ClassifyResponse> future : held) {
      assertThat(future.get(10, TimeUnit.SECONDS).getLabelIndex()).isEqualTo(1);
    }
  }

  @Test
  void oneConnectionCannotTakeTheWholeQueue() throws Exception {
    server = new TestServer(Requests.scheduler(1, 100), new WireLimits(65_536, 100, 5, 100));
    Semaphore cores = new Semaphore(0);
    server.cores.script(
        (index, batch) -> {
          cores.acquireUninterruptibly();
          return ScriptedCores.answer(batch);
        });
    StreamClient greedy = StreamClient.open(server.channel());
    for (int id = 0; id < 8; id++) {
      greedy.send(TestServer.item(id, 60));
    }
    assertThat(greedy.next(3))
        .allMatch(r -> r.getError().getCode() == Status.Code.RESOURCE_EXHAUSTED.value())
        .allMatch(r -> r.getError().getRetryAfterMs() > 0);
    cores.release(100);
    assertThat(server.blocking().classify(pair(60)).getLabelIndex()).isEqualTo(1);
    assertThat(greedy.next(5)).allMatch(r -> r.hasResponse());
  }

  @Test
  void aCancelledCallFreesItsPlaceAndIsNeverRun() throws Exception {
    start();
    Semaphore cores = new Semaphore(0);
    server.cores.script(
        (index, batch) -> {
          cores.acquireUninterruptibly();
          return ScriptedCores.answer(batch);
        });
    ManagedChannel channel = server.channel();
    List<Future<ClassifyResponse>> calls = new ArrayList<>();
    for (int busy = 1; busy <= 2; busy++) {
      calls.add(PairClassifierGrpc.newFutureStub(channel).classify(pair(60)));
      int waiting = busy;
      Conditions.await(() -> cores.getQueueLength() == waiting);
    }
    for (int i = 0; i < 10; i++) {
      calls.add(PairClassifierGrpc.newFutureStub(channel).classify(pair(60)));
    }
    Conditions.await(() -> server.model.scheduler().queueDepth() == 10);
    calls.forEach(call -> call.cancel(true));
    Conditions.await(() -> server.events.count(Outcome.Cancelled.class) == 10);
    assertThat(server.model.scheduler().queueDepth()).isZero();
    cores.release(100);
  }

  @Test
  void aBrokenCoreIsUnavailableAndHealthSaysSo() throws Exception {
    start();
    HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(server.channel());
    assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
        .isEqualTo(ServingStatus.SERVING);
    server.cores.script(
        (index, batch) -> {
          throw new CoreFault(CoreFault.Scope.BATCH, "broken");
        });
    assertThat(failure(pair(1)).getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    server.cores.script((index, batch) -> ScriptedCores.answer(batch));
    var client = server.blocking();
    assertThat(client.classify(pair(1)).getLabelIndex()).isZero();
    server.endpoint.refuseAll();
    assertThatThrownBy(() -> client.classify(pair(1))).isInstanceOf(StatusRuntimeException.class);
  }
}
