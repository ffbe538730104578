package io.ganglion.client;

import io.ganglion.api.Aggregation;
import io.ganglion.api.Classification;
import io.ganglion.api.Embedding;
import io.ganglion.api.ModelInfo;
import io.ganglion.api.Ranking;
import io.ganglion.api.TaggedText;
import io.ganglion.api.TextPair;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.EmbedRequest;
import io.ganglion.proto.v1.RerankRequest;
import io.ganglion.proto.v1.TagTokensRequest;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/** A client over gRPC channels. Any thread. */
final class GrpcClient implements GanglionClient {
  private final ClientContext context;
  private final List<ManagedChannel> owned;
  private final OpenRequests<Reply<?>> calls;
  private final ExpiryTimer expiry;
  private final Set<GrpcStream> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  GrpcClient(ClientContext context, List<ManagedChannel> owned) {
    this.context = context;
    this.owned = owned;
    this.calls = new OpenRequests<>(context);
    this.expiry = new ExpiryTimer(context, ExpiryTimer.BACKSTOP_NS, this::expire);
  }

  @Override
  public CompletableFuture<Classification> classify(TextPair pair) {
    return classify(pair, context.config().deadline());
  }

  @Override
  public CompletableFuture<Classification> classify(TextPair pair, Duration deadline) {
    Duration time = ClientConfig.requirePositive(deadline, "deadline");
    return classify(Wire.request(pair), time);
  }

  @Override
  public CompletableFuture<Classification> classify(TextPair pair, int topK) {
    if (topK < 1) {
      throw new IllegalArgumentException("at least one score must be asked for: " + topK);
    }
    ClassifyRequest request = Wire.request(pair).toBuilder().setTopK(topK).build();
    return classify(request, context.config().deadline());
  }

  private CompletableFuture<Classification> classify(ClassifyRequest request, Duration deadline) {
    return call(Wire.CLASSIFY, request, request.getSerializedSize(), deadline);
  }

  private <Q, A, T> CompletableFuture<T> call(
      Rpc<Q, A, T> rpc, Q request, int bytes, Duration deadline) {
    if (Wire.tooLarge(bytes)) {
      return CompletableFuture.failedFuture(Errors.tooLarge(bytes));
    }
    UnaryCall<Q, A, T> call = new UnaryCall<>(context, rpc, request, deadline, calls::remove);
    if (!accept(call)) {
      return CompletableFuture.failedFuture(Errors.closed());
    }
    call.start();
    return call;
  }

  @Override
  public CompletableFuture<Ranking> rerank(String query, List<String> documents) {
    return rerank(query, documents, context.config().deadline());
  }

  @Override
  public CompletableFuture<Ranking> rerank(
      String query, List<String> documents, Duration deadline) {
    return split(
        documents,
        deadline,
        (part, left) -> {
          RerankRequest request = Wire.rerank(query, part.items());
          return call(Wire.reranked(part), request, request.getSerializedSize(), left);
        },
        Wire::ranking);
  }

  @Override
  public CompletableFuture<List<Embedding>> embed(List<String> texts, int dimensions) {
    if (dimensions < 0) {
      throw new IllegalArgumentException("a number of dimensions is negative: " + dimensions);
    }
    return embed(texts, dimensions, context.config().deadline());
  }

  @Override
  public CompletableFuture<List<Embedding>> embed(List<String> texts, Duration deadline) {
    return embed(texts, 0, deadline);
  }

  private CompletableFuture<List<Embedding>> embed(
      List<String> texts, int dimensions, Duration deadline) {
    return split(
        texts,
        deadline,
        (part, left) -> {
          EmbedRequest request =
              EmbedRequest.newBuilder().addAllTexts(part.items()).setDimensions(dimensions).build();
          return call(Wire.embedded(part), request, request.getSerializedSize(), left);
        },
        GrpcClient::joined);
  }

  @Override
  public CompletableFuture<List<TaggedText>> tag(List<String> texts, Aggregation aggregation) {
    return tag(texts, aggregation, context.config().deadline());
  }

  @Override
  public CompletableFuture<List<TaggedText>> tag(
      List<String> texts, Aggregation aggregation, Duration deadline) {
    return split(
        texts,
        deadline,
        (part, left) -> {
          TagTokensRequest request = Wire.tag(part.items(), aggregation);
          return call(Wire.tagged(part), request, request.getSerializedSize(), left);
        },
        GrpcClient::joined);
  }

  private static <T> List<T> joined(List<List<T>> parts) {
    return parts.stream().flatMap(List::stream).toList();
  }

  /** All parts have the deadline of the whole. */
  private <P, R> CompletableFuture<R> split(
      List<String> texts,
      Duration deadline,
      BiFunction<SplitCall.Part, Duration, CompletableFuture<P>> send,
      Function<List<P>, R> join) {
    long deadlineNs =
        context.nowNs() + ClientConfig.requirePositive(deadline, "deadline").toNanos();
    SplitCall<P, R> split =
        new SplitCall<>(
            SplitCall.cut(texts),
            part -> send.apply(part, Duration.ofNanos(Math.max(1, deadlineNs - context.nowNs()))),
            join);
    split.sendMore();
    return split;
  }

  private boolean accept(Reply<?> call) {
    if (!calls.add(call)) {
      return false;
    }
    expiry.arm(call.deadlineNs());
    return true;
  }

  private void expire() {
    expiry.fired();
    long leftNs = calls.expireDue();
    if (leftNs != Long.MAX_VALUE) {
      expiry.arm(context.nowNs() + leftNs);
    }
  }

  @Override
  public CompletableFuture<List<Outcome>> classifyAll(Collection<TextPair> pairs) {
    List<TextPair> copy = List.copyOf(pairs);
    if (closed) {
      return CompletableFuture.failedFuture(Errors.closed());
    }
    BatchCall batch = new BatchCall(openStream(), copy);
    batch.sendMore();
    return batch;
  }

  @Override
  public ClassificationStream openStream() {
    return openStream(context.config().streamInFlight());
  }

  @Override
  public ClassificationStream openStream(int maxInFlight) {
    return open(maxInFlight, false);
  }

  @Override
  public ClassificationStream openOrderedStream(int maxInFlight) {
    return open(maxInFlight, true);
  }

  private GrpcStream open(int maxInFlight, boolean ordered) {
    ClientConfig.requireInFlight(maxInFlight);
    if (closed) {
      throw new IllegalStateException("the client is closed");
    }
    GrpcStream stream = new GrpcStream(context, maxInFlight, ordered);
    streams.add(stream);
    stream.onFinished(() -> streams.remove(stream));
    if (closed) { // closed meanwhile: the closing thread may not have seen this stream
      stream.cancel();
      throw new IllegalStateException("the client is closed");
    }
    return stream;
  }

  @Override
  public CompletableFuture<ModelInfo> model() {
    ModelCall call = new ModelCall(context, calls::remove);
    if (!accept(call)) {
      return CompletableFuture.failedFuture(Errors.closed());
    }
    call.start();
    return call;
  }

  @Override
  public void close() {
    refuse();
    streams.forEach(GrpcStream::finishSending);
    try {
      for (GrpcStream stream : streams) {
        stream.awaitSettled();
      }
      if (!calls.awaitSettled()) {
        calls.forEach(Reply::expire);
      }
    } catch (InterruptedException e) {
      calls.forEach(call -> call.cancel(false));
      Thread.currentThread().interrupt();
    }
    release();
  }

  @Override
  public void closeNow() {
    refuse();
    streams.forEach(GrpcStream::cancel);
    calls.forEach(call -> call.cancel(false));
    release();
  }

  private void refuse() {
    closed = true;
    calls.refuse();
    streams.forEach(GrpcStream::refuse);
  }

  private void release() {
    streams.forEach(GrpcStream::cancel);
    context.close();
    owned.forEach(ManagedChannel::shutdownNow);
  }

  /** For tests: the number of requests and streams that are still open. */
  int open() {
    return calls.size() + streams.size();
  }

  @Override
  public String toString() {
    return "GanglionClient[" + calls.size() + " calls, " + streams.size() + " streams]";
  }
}
