package io.ganglion.client.testing;

import io.ganglion.api.TextPair;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.proto.v1.EmbedRequest;
import io.ganglion.proto.v1.EmbedResponse;
import io.ganglion.proto.v1.GetModelRequest;
import io.ganglion.proto.v1.GetModelResponse;
import io.ganglion.proto.v1.ItemError;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.proto.v1.RerankRequest;
import io.ganglion.proto.v1.RerankResponse;
import io.ganglion.proto.v1.TagTokensRequest;
import io.ganglion.proto.v1.TagTokensResponse;
import io.ganglion.proto.v1.Task;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The contract's service, answering by a script. Any thread. */
final class FakeService extends PairClassifierGrpc.PairClassifierImplBase {
  private final GetModelResponse model;
  private final FakeGanglion.Script script;
  private final Consumer<TextPair> received;
  private final ScheduledExecutorService timer;
  private final Map<TextPair, Integer> times = new ConcurrentHashMap<>();

  FakeService(
      GetModelResponse model,
      FakeGanglion.Script script,
      Consumer<TextPair> received,
      ScheduledExecutorService timer) {
    this.model = model;
    this.script = script;
    this.received = received;
    this.timer = timer;
  }

  @Override
  public void getModel(GetModelRequest request, StreamObserver<GetModelResponse> to) {
    to.onNext(model);
    to.onCompleted();
  }

  @Override
  public void classify(ClassifyRequest request, StreamObserver<ClassifyResponse> to) {
    call(
        Task.Kind.SEQUENCE_CLASSIFICATION,
        List.of(pair(request)),
        to,
        replies -> {
          if (replies.get(0).content() instanceof ItemError failure) {
            throw FakeAnswers.failure(failure);
          }
          return FakeAnswers.classification(model.getLabelsList(), request, replies.get(0));
        });
  }

  @Override
  public void rerank(RerankRequest request, StreamObserver<RerankResponse> to) {
    call(
        Task.Kind.SEQUENCE_CLASSIFICATION,
        request.getDocumentsList().stream()
            .map(document -> new TextPair(request.getQuery(), document))
            .toList(),
        to,
        replies -> FakeAnswers.ranking(model.getLabelsList(), replies));
  }

  @Override
  public void embed(EmbedRequest request, StreamObserver<EmbedResponse> to) {
    call(
        Task.Kind.SEQUENCE_EMBEDDING,
        request.getTextsList().stream().map(TextPair::new).toList(),
        to,
        replies ->
            FakeAnswers.vectors(
                model.getTask().getEmbeddingDimensions(), request.getDimensions(), replies));
  }

  @Override
  public void tagTokens(TagTokensRequest request, StreamObserver<TagTokensResponse> to) {
    call(
        Task.Kind.TOKEN_CLASSIFICATION,
        request.getTextsList().stream().map(TextPair::new).toList(),
        to,
        FakeAnswers::entities);
  }

  /** Answers when the reply to the last of the texts is due. */
  private <R> void call(
      Task.Kind task,
      List<TextPair> texts,
      StreamObserver<R> observer,
      Function<List<FakeReply>, R> answer) {
    ServerCallStreamObserver<R> to = (ServerCallStreamObserver<R>) observer;
    to.setOnCancelHandler(() -> {}); // so that a late answer to a cancelled call does not throw
    if (task != model.getTask().getKind()) {
      to.onError(
          Status.UNIMPLEMENTED
              .withDescription("the model fake is for " + model.getTask().getKind())
              .asRuntimeException());
      return;
    }
    List<FakeReply> replies = texts.stream().map(this::reply).toList();
    later(latest(replies), () -> send(to, replies, answer));
  }

  private static <R> void send(
      ServerCallStreamObserver<R> to,
      List<FakeReply> replies,
      Function<List<FakeReply>, R> answer) {
    try {
      for (FakeReply reply : replies) {
        if (reply.content() instanceof ItemError failure
            && failure.getCode() != Status.Code.INVALID_ARGUMENT.value()) {
          throw FakeAnswers.failure(failure);
        }
      }
      R response = answer.apply(replies);
      if (!to.isCancelled()) {
        to.onNext(response);
        to.onCompleted();
      }
    } catch (StatusRuntimeException e) {
      to.onError(e);
    }
  }

  private static @Nullable Duration latest(List<FakeReply> replies) {
    Duration latest = Duration.ZERO;
    for (FakeReply reply : replies) {
      Duration delay = reply.delay();
      if (delay == null) {
        return null;
      }
      latest = delay.compareTo(latest) > 0 ? delay : latest;
    }
    return latest;
  }

  @Override
  public StreamObserver<ClassifyStreamRequest> classifyStream(
      StreamObserver<ClassifyStreamResponse> to) {
    return new FakeStream((ServerCallStreamObserver<ClassifyStreamResponse>) to);
  }

  private static TextPair pair(ClassifyRequest request) {
    return new TextPair(request.getTextA(), request.hasTextB() ? request.getTextB() : null);
  }

  private FakeReply reply(TextPair pair) {
    received.accept(pair);
    return script.reply(pair, times.merge(pair, 1, Integer::sum));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // a failure to answer ends the call, which shows
  private void later(@Nullable Duration delay, Runnable answer) {
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

  private ClassifyStreamResponse.Builder outcome(ClassifyRequest request, FakeReply reply) {
    ClassifyStreamResponse.Builder outcome = ClassifyStreamResponse.newBuilder();
    return reply.content() instanceof ItemError failure
        ? outcome.setError(failure)
        : outcome.setResponse(FakeAnswers.classification(model.getLabelsList(), request, reply));
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
          FakeReply reply = reply(pair(request));
          later(reply.delay(), () -> send(id, outcome(request, reply)));
        }
        case CANCEL ->
            send(
                id,
                ClassifyStreamResponse.newBuilder()
                    .setError(ItemError.newBuilder().setCode(Status.Code.CANCELLED.value())));
        case OPTIONS, ACTION_NOT_SET -> {} // answers come as they are ready
      }
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
