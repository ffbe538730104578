package io.ganglion.client;

import io.ganglion.proto.v1.ClassifyRequest;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Classifies text pairs on Ganglion servers. Thread-safe; one client serves a whole application. A
 * request may run more than once on the servers (retries, hedges). Its future completes once, and
 * by its deadline, even if a server sends garbage or nothing.
 *
 * <pre>{@code
 * try (GanglionClient client = GanglionClient.builder().target("localhost:60061").build()) {
 *   Classification c = client.classify("It rained.", "It was wet.").join();
 *   System.out.println(c.label() + " " + c.probability());
 * }
 * }</pre>
 */
public final class GanglionClient implements AutoCloseable {
  private final ClientContext context;
  private final List<ManagedChannel> owned;
  private final OpenRequests<Reply<?>> calls;
  private final ExpiryTimer expiry;
  private final Set<ClassificationStream> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  GanglionClient(ClientContext context, List<ManagedChannel> owned) {
    this.context = context;
    this.owned = owned;
    this.calls = new OpenRequests<>(context);
    this.expiry = new ExpiryTimer(context, ExpiryTimer.BACKSTOP_NS, this::expire);
  }

  /**
   * Settings of a new client.
   *
   * @return a builder that needs a target or a channel
   */
  public static GanglionClientBuilder builder() {
    return new GanglionClientBuilder();
  }

  /**
   * Classifies a pair of texts with the default deadline.
   *
   * @param textA the first text, not empty
   * @param textB the second text, not empty
   * @return completes with the answer; cancelling it cancels the call
   */
  public CompletableFuture<Classification> classify(String textA, String textB) {
    return classify(new TextPair(textA, textB), context.config().deadline());
  }

  /**
   * Classifies a text or a pair with the default deadline.
   *
   * @param pair what to classify
   * @return completes with the answer; cancelling it cancels the call
   */
  public CompletableFuture<Classification> classify(TextPair pair) {
    return classify(pair, context.config().deadline());
  }

  /**
   * Classifies a text or a pair.
   *
   * @param pair what to classify
   * @param deadline how long the answer may take, retries included; at most ten years
   * @return completes with the answer; cancelling it cancels the call
   */
  public CompletableFuture<Classification> classify(TextPair pair, Duration deadline) {
    Duration time = ClientConfig.requirePositive(deadline, "deadline");
    ClassifyRequest request = Wire.request(pair);
    if (Wire.tooLarge(request)) {
      return CompletableFuture.failedFuture(Errors.tooLarge(request));
    }
    UnaryCall call = new UnaryCall(context, request, time, calls::remove);
    if (!accept(call)) {
      return CompletableFuture.failedFuture(Errors.closed());
    }
    call.start();
    return call;
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

  /**
   * Classifies many pairs over their own stream, with the default bound on items in flight. For
   * single outcomes, use {@link #openStream()}. Fails if the client is closed before all pairs are
   * sent.
   *
   * @param pairs what to classify
   * @return completes with the answers in the order of the pairs, or with the first failure, which
   *     cancels the rest; cancelling it cancels all
   */
  public CompletableFuture<List<Classification>> classifyAll(Collection<TextPair> pairs) {
    List<TextPair> copy = List.copyOf(pairs);
    if (closed) {
      return CompletableFuture.failedFuture(Errors.closed());
    }
    BatchCall batch = new BatchCall(openStream(), copy);
    batch.sendMore();
    return batch;
  }

  /**
   * Opens a stream whose futures complete as the answers come.
   *
   * @return a stream with the default bound on items in flight
   */
  public ClassificationStream openStream() {
    return openStream(context.config().streamInFlight());
  }

  /**
   * Opens a stream whose futures complete as the answers come.
   *
   * @param maxInFlight most items without an answer, at least 1
   * @return a new stream; it connects with its first item
   */
  public ClassificationStream openStream(int maxInFlight) {
    return open(maxInFlight, false);
  }

  /**
   * Opens a stream whose futures complete in the order of sending, one after the other. An item
   * that waits for an earlier one keeps its place in flight.
   *
   * @param maxInFlight most items without an answer, at least 1
   * @return a new stream; it connects with its first item
   */
  public ClassificationStream openOrderedStream(int maxInFlight) {
    return open(maxInFlight, true);
  }

  private ClassificationStream open(int maxInFlight, boolean ordered) {
    ClientConfig.requireInFlight(maxInFlight);
    if (closed) {
      throw new IllegalStateException("the client is closed");
    }
    ClassificationStream stream = new ClassificationStream(context, maxInFlight, ordered);
    streams.add(stream);
    stream.onFinished(() -> streams.remove(stream));
    if (closed) { // closed meanwhile: the closing thread may not have seen this stream
      stream.cancel();
      throw new IllegalStateException("the client is closed");
    }
    return stream;
  }

  /**
   * Asks a server what it serves, with the default deadline. It is not retried.
   *
   * @return completes with the model and the server's limits
   */
  public CompletableFuture<ModelInfo> model() {
    ModelCall call = new ModelCall(context, calls::remove);
    if (!accept(call)) {
      return CompletableFuture.failedFuture(Errors.closed());
    }
    call.start();
    return call;
  }

  /**
   * Refuses new calls and stream items at once. Then waits for the outcome of the requests in
   * flight and for the continuations attached to their futures, and closes the connections that
   * this client opened. An interrupt cancels the requests that are left.
   *
   * <p>It waits no longer than the last deadline, on any thread. A continuation of one of this
   * client's futures may call it. It then does not wait for that future, but holds the executor's
   * thread until the others have their outcome.
   */
  @Override
  public void close() {
    refuse();
    streams.forEach(ClassificationStream::finishSending);
    try {
      for (ClassificationStream stream : streams) {
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

  /** Cancels the requests in flight and closes the connections that this client opened. */
  public void closeNow() {
    refuse();
    streams.forEach(ClassificationStream::cancel);
    calls.forEach(call -> call.cancel(false));
    release();
  }

  private void refuse() {
    closed = true;
    calls.refuse();
    streams.forEach(ClassificationStream::refuse);
  }

  private void release() {
    streams.forEach(ClassificationStream::cancel);
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
