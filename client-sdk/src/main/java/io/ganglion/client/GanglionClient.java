package io.ganglion.client;

import io.ganglion.proto.v1.ClassifyRequest;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Classifies text pairs on Ganglion servers. Thread-safe; one client serves a whole application. A
 * request may run more than once on the servers (retries, hedges), which changes nothing: equal
 * pairs have bit-equal answers.
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
  private final Set<UnaryCall> calls = ConcurrentHashMap.newKeySet();
  private final Set<ClassificationStream> streams = ConcurrentHashMap.newKeySet();
  private final Object idle = new Object();
  private volatile boolean closed;

  GanglionClient(ClientContext context, List<ManagedChannel> owned) {
    this.context = context;
    this.owned = owned;
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
   * @param deadline how long the answer may take, retries included
   * @return completes with the answer; cancelling it cancels the call
   */
  public CompletableFuture<Classification> classify(TextPair pair, Duration deadline) {
    ClientConfig.requirePositive(deadline, "deadline");
    ClassifyRequest request = Wire.request(pair);
    if (closed) {
      return CompletableFuture.failedFuture(Errors.closed());
    }
    if (Wire.tooLarge(request)) {
      return CompletableFuture.failedFuture(Errors.tooLarge(request));
    }
    UnaryCall call = new UnaryCall(context, request, deadline, this::remove);
    calls.add(call);
    call.start();
    return call;
  }

  /**
   * Classifies many pairs over a stream of its own, with as many in flight as a stream may have.
   * For outcomes one by one, use {@link #openStream()}.
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
    return stream;
  }

  /**
   * Asks a server what it serves, with the default deadline. It is not retried.
   *
   * @return completes with the model and the server's limits
   */
  public CompletableFuture<ModelInfo> model() {
    return ModelCall.start(context);
  }

  /**
   * Takes no more requests, waits for the outcome of those in flight, which their deadlines bound,
   * and closes the connections that this client opened. An interrupt cancels what is left.
   */
  @Override
  public void close() {
    closed = true;
    streams.forEach(ClassificationStream::close);
    awaitCalls();
    closeNow();
  }

  /** Cancels what is in flight and closes the connections that this client opened. */
  public void closeNow() {
    closed = true;
    streams.forEach(ClassificationStream::cancel);
    calls.forEach(UnaryCall::closeNow);
    context.close();
    owned.forEach(ManagedChannel::shutdownNow);
  }

  private void remove(UnaryCall call) {
    calls.remove(call);
    if (closed) {
      synchronized (idle) {
        idle.notifyAll();
      }
    }
  }

  private void awaitCalls() {
    synchronized (idle) {
      while (!calls.isEmpty()) {
        try {
          TimeUnit.MILLISECONDS.timedWait(idle, 100);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  /** For tests: requests and streams that are still open. */
  int open() {
    return calls.size() + streams.size();
  }

  @Override
  public String toString() {
    return "GanglionClient[" + calls.size() + " calls, " + streams.size() + " streams]";
  }
}
