package io.ganglion.client.testing;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.RetryInfo;
import io.ganglion.api.TextPair;
import io.ganglion.proto.v1.Backend;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.proto.v1.GetModelRequest;
import io.ganglion.proto.v1.GetModelResponse;
import io.ganglion.proto.v1.ItemError;
import io.ganglion.proto.v1.Limits;
import io.ganglion.proto.v1.ModelDimensions;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.proto.v1.Timings;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The contract's service, answering by a script. Any thread. */
final class FakeService extends PairClassifierGrpc.PairClassifierImplBase {
  private final List<String> labels;
  private final FakeGanglion.Script script;
  private final Consumer<TextPair> received;
  private final ScheduledExecutorService timer;
  private final Map<TextPair, Integer> times = new ConcurrentHashMap<>();

  FakeService(
      List<String> labels,
      FakeGanglion.Script script,
      Consumer<TextPair> received,
      ScheduledExecutorService timer) {
    this.labels = labels;
    this.script = script;
    this.received = received;
    this.timer = timer;
  }

  @Override
  public void getModel(GetModelRequest request, StreamObserver<GetModelResponse> to) {
    to.onNext(
        GetModelResponse.newBuilder()
            .setName("fake")
            .addAllLabels(labels)
            .setPrecision("fp32")
            .setDimensions(ModelDimensions.newBuilder().setMaxSequenceLengthTokens(512))
            .setBackend(Backend.newBuilder().setKind("fake").setCores(1))
            .setLimits(Limits.newBuilder().setItemBytes(65_536).setStreamInFlightRequests(1_000))
            .build());
    to.onCompleted();
  }

  @Override
  public void classify(ClassifyRequest request, StreamObserver<ClassifyResponse> observer) {
    ServerCallStreamObserver<ClassifyResponse> to =
        (ServerCallStreamObserver<ClassifyResponse>) observer;
    to.setOnCancelHandler(() -> {}); // so that a late answer to a cancelled call does not throw
    FakeReply reply = reply(request);
    later(
        reply,
        () -> {
          Status failure = reply.failure();
          if (failure != null) {
            to.onError(StatusProto.toStatusRuntimeException(details(failure, reply)));
          } else if (!to.isCancelled()) {
            to.onNext(answer(request, reply));
            to.onCompleted();
          }
        });
  }

  @Override
  public StreamObserver<ClassifyStreamRequest> classifyStream(
      StreamObserver<ClassifyStreamResponse> to) {
    return new FakeStream((ServerCallStreamObserver<ClassifyStreamResponse>) to);
  }

  private FakeReply reply(ClassifyRequest request) {
    TextPair pair =
        new TextPair(
            request.getTextA().toStringUtf8(),
            request.hasTextB() ? request.getTextB().toStringUtf8() : null);
    received.accept(pair);
    return script.reply(pair, times.merge(pair, 1, Integer::sum));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // a failure to answer ends the call, which shows
  private void later(FakeReply reply, Runnable answer) {
    Duration delay = reply.delay();
    if (delay == null) {
      return;
    }
    if (delay.isZero()) {
      answer.run();
      return;
    }
    try {
      timer.schedule(answer, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      // The fake is closed, and its calls end with it.
    }
  }

  private ClassifyResponse answer(ClassifyRequest request, FakeReply reply) {
    int index = labels.indexOf(reply.label());
    if (index < 0) {
      throw Status.INTERNAL
          .withDescription("the script answers " + reply.label() + ", the labels are " + labels)
          .asRuntimeException();
    }
    ClassifyResponse.Builder answer =
        ClassifyResponse.newBuilder().setLabelIndex(index).setLabel(labels.get(index));
    float rest = labels.size() == 1 ? 0 : (1 - reply.probability()) / (labels.size() - 1);
    for (int label = 0; label < labels.size(); label++) {
      answer.addProbabilities(label == index ? reply.probability() : rest);
    }
    int tokens = size(request.getTextA()) + size(request.getTextB());
    return answer
        .setTimings(
            Timings.newBuilder().setBatchSizeRequests(1).setInputTokens(Math.max(1, tokens)))
        .build();
  }

  private static int size(ByteString text) {
    return text.size();
  }

  private static com.google.rpc.Status details(Status failure, FakeReply reply) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(failure.getCode().value())
            .setMessage(String.valueOf(failure.getDescription()));
    Duration after = reply.retryAfter();
    if (!after.isZero()) {
      status.addDetails(
          Any.pack(
              RetryInfo.newBuilder()
                  .setRetryDelay(
                      com.google.protobuf.Duration.newBuilder()
                          .setSeconds(after.getSeconds())
                          .setNanos(after.getNano()))
                  .build()));
    }
    return status.build();
  }

  /** One stream. Items wait in {@code inFlight} for their reply, which comes on any thread. */
  private final class FakeStream implements StreamObserver<ClassifyStreamRequest> {
    private final ServerCallStreamObserver<ClassifyStreamResponse> to;
    private final Map<Long, ClassifyRequest> inFlight = new ConcurrentHashMap<>();
    private boolean halfClosed;
    private boolean ended;

    FakeStream(ServerCallStreamObserver<ClassifyStreamResponse> to) {
      this.to = to;
      to.setOnCancelHandler(this::end);
    }

    @Override
    public void onNext(ClassifyStreamRequest message) {
      long id = message.getId();
      switch (message.getActionCase()) {
        case CLASSIFY -> {
          ClassifyRequest request = message.getClassify();
          inFlight.put(id, request);
          FakeReply reply = reply(request);
          later(reply, () -> send(id, outcome(request, reply)));
        }
        case CANCEL ->
            send(
                id,
                ClassifyStreamResponse.newBuilder()
                    .setError(ItemError.newBuilder().setCode(Status.Code.CANCELLED.value())));
        case OPTIONS, ACTION_NOT_SET -> {} // answers come as they are ready
      }
    }

    private ClassifyStreamResponse.Builder outcome(ClassifyRequest request, FakeReply reply) {
      ClassifyStreamResponse.Builder outcome = ClassifyStreamResponse.newBuilder();
      Status failure = reply.failure();
      return failure == null
          ? outcome.setResponse(answer(request, reply))
          : outcome.setError(
              ItemError.newBuilder()
                  .setCode(failure.getCode().value())
                  .setMessage(String.valueOf(failure.getDescription()))
                  .setRetryAfterMs((int) reply.retryAfter().toMillis()));
    }

    private synchronized void send(long id, ClassifyStreamResponse.Builder outcome) {
      if (inFlight.remove(id) != null && !ended) {
        to.onNext(outcome.setId(id).build());
        completeIfDone();
      }
    }

    @Override
    public void onError(Throwable thrown) {
      end();
    }

    @Override
    public synchronized void onCompleted() {
      halfClosed = true;
      completeIfDone();
    }

    private void completeIfDone() {
      if (halfClosed && inFlight.isEmpty() && !ended) {
        ended = true;
        to.onCompleted();
      }
    }

    private synchronized void end() {
      ended = true;
      inFlight.clear();
    }
  }
}
