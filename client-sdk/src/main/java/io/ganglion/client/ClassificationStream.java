package io.ganglion.client;

import io.ganglion.proto.v1.ClassifyRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Sends many pairs over one stream, with a bound on unanswered pairs. Any thread may send. When the
 * connection breaks, the stream reconnects and sends unanswered pairs again. Each future completes
 * exactly once. It does not promise that an item runs only once on a server.
 *
 * <p>Back-pressure is the caller's choice: {@link #send} blocks while the stream is full, {@link
 * #trySend} does not, and {@link #room} completes when there is room.
 *
 * <pre>{@code
 * try (ClassificationStream stream = client.openStream()) {
 *   for (TextPair pair : pairs) {
 *     stream.send(pair).thenAccept(answer -> store(pair, answer));
 *   }
 * } // waits for the last answer
 * }</pre>
 */
@SuppressWarnings("FutureReturnValueIgnored") // the future of a session's end never fails
public final class ClassificationStream implements AutoCloseable {
  private final StreamSession session;
  private final InFlightPermits permits;
  private final int maxInFlight;
  private final Duration deadline;
  private final AtomicLong ids = new AtomicLong();

  ClassificationStream(ClientContext client, int maxInFlight, boolean ordered) {
    this.maxInFlight = maxInFlight;
    this.permits = new InFlightPermits(maxInFlight);
    this.deadline = client.config().deadline();
    this.session = new StreamSession(client, ordered, permits);
  }

  /**
   * Sends a pair with the client's deadline; waits while the stream is full.
   *
   * @param pair what to classify
   * @return completes with the answer; cancelling it cancels the item
   * @throws InterruptedException while waiting for room; nothing was sent
   */
  public CompletableFuture<Classification> send(TextPair pair) throws InterruptedException {
    return send(pair, deadline);
  }

  /**
   * Sends a pair; waits while the stream is full.
   *
   * @param pair what to classify
   * @param deadline how long the answer may take, from when the pair is taken; at most ten years
   * @return completes with the answer; cancelling it cancels the item
   * @throws InterruptedException while waiting for room; nothing was sent
   */
  public CompletableFuture<Classification> send(TextPair pair, Duration deadline)
      throws InterruptedException {
    ClassifyRequest request = Wire.request(pair);
    Duration time = ClientConfig.requirePositive(deadline, "deadline");
    if (Wire.tooLarge(request)) {
      return CompletableFuture.failedFuture(Errors.tooLarge(request));
    }
    permits.acquire();
    return session.submit(ids.getAndIncrement(), request, time, true);
  }

  /**
   * Sends a pair with the client's deadline if there is room now.
   *
   * @param pair what to classify
   * @return empty when the stream is full; else completes with the answer
   */
  public Optional<CompletableFuture<Classification>> trySend(TextPair pair) {
    return trySend(pair, deadline);
  }

  /**
   * Sends a pair if there is room now.
   *
   * @param pair what to classify
   * @param deadline how long the answer may take; at most ten years
   * @return empty when the stream is full; else completes with the answer
   */
  public Optional<CompletableFuture<Classification>> trySend(TextPair pair, Duration deadline) {
    Duration time = ClientConfig.requirePositive(deadline, "deadline");
    ClassifyRequest request = Wire.request(pair);
    if (!permits.tryAcquire()) {
      return Optional.empty();
    }
    if (Wire.tooLarge(request)) {
      permits.release();
      return Optional.of(CompletableFuture.failedFuture(Errors.tooLarge(request)));
    }
    return Optional.of(session.submit(ids.getAndIncrement(), request, time, true));
  }

  /**
   * Tells when {@link #trySend} may succeed again. Another sender may be faster, so send in a loop.
   *
   * @return completes when there is room, on the thread that made it
   */
  public CompletableFuture<Void> room() {
    return permits.room();
  }

  /**
   * This stream as a processor: pairs in, answers out. A failed pair ends the processor with its
   * failure. From now on the processor owns the stream. It takes one subscriber.
   *
   * @return a processor that asks its publisher for no more pairs than may be in flight
   */
  public Flow.Processor<TextPair, Classification> processor() {
    return processor(Function.identity(), (pair, answer) -> answer.join());
  }

  /**
   * This stream as a processor over items of the caller's own type. From now on the processor owns
   * the stream. It takes one subscriber.
   *
   * @param <T> what comes in
   * @param <R> what goes out
   * @param pairOf the texts of an item
   * @param result called once for each item with its completed future; what it throws ends the
   *     processor
   * @return a processor that asks its publisher for no more items than may be in flight
   */
  public <T, R> Flow.Processor<T, R> processor(
      Function<? super T, TextPair> pairOf,
      BiFunction<? super T, CompletableFuture<Classification>, ? extends R> result) {
    return new PairProcessor<>(this, maxInFlight, pairOf, result);
  }

  void onFinished(Runnable task) {
    session.onFinished(task);
  }

  /** Sends without a permit, for the processor, which bounds its items itself. */
  CompletableFuture<Classification> sendUnbounded(TextPair pair) {
    ClassifyRequest request = Wire.request(pair);
    return Wire.tooLarge(request)
        ? CompletableFuture.failedFuture(Errors.tooLarge(request))
        : session.submit(ids.getAndIncrement(), request, deadline, false);
  }

  /**
   * Ends the sending. Later sends fail.
   *
   * @return completes when every item has its outcome
   */
  public CompletableFuture<Void> finish() {
    return session.finish().copy();
  }

  /** Cancels every item that has no outcome, and ends the stream. */
  public void cancel() {
    session.closeNow();
  }

  /**
   * Ends the sending and waits for the outcome of every item and for the continuations attached to
   * its future. An interrupt cancels the items that are left.
   *
   * <p>It waits no longer than the last deadline, on any thread. A continuation of one of this
   * stream's futures may call it; it then does not wait for that item. Some items can only be
   * delivered on the thread that is waiting here, such as the later items of an ordered stream.
   * They are cancelled when their deadlines have passed.
   */
  @Override
  public void close() {
    finishSending();
    try {
      awaitSettled();
    } catch (InterruptedException e) {
      session.closeNow();
      Thread.currentThread().interrupt();
    }
  }

  /** Refuses items from now on. */
  void refuse() {
    session.refuse();
  }

  void finishSending() {
    session.finish();
  }

  /** Waits for sent items until their deadlines, then cancels what is left. */
  void awaitSettled() throws InterruptedException {
    if (!session.awaitSettled()) {
      session.closeNow();
    }
  }
}
