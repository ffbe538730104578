package io.ganglion.client;

import io.ganglion.api.Classification;
import io.ganglion.api.TextPair;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
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
public interface ClassificationStream extends AutoCloseable {
  /**
   * Sends a pair with the client's deadline; waits while the stream is full.
   *
   * @param pair what to classify
   * @return completes with the answer; cancelling it cancels the item
   * @throws InterruptedException while waiting for room; nothing was sent
   */
  CompletableFuture<Classification> send(TextPair pair) throws InterruptedException;

  /**
   * Sends a pair; waits while the stream is full.
   *
   * @param pair what to classify
   * @param deadline how long the answer may take, from when the pair is taken; at most ten years
   * @return completes with the answer; cancelling it cancels the item
   * @throws InterruptedException while waiting for room; nothing was sent
   */
  CompletableFuture<Classification> send(TextPair pair, Duration deadline)
      throws InterruptedException;

  /**
   * Sends a pair with the client's deadline if there is room now.
   *
   * @param pair what to classify
   * @return empty when the stream is full; else completes with the answer
   */
  Optional<CompletableFuture<Classification>> trySend(TextPair pair);

  /**
   * Sends a pair if there is room now.
   *
   * @param pair what to classify
   * @param deadline how long the answer may take; at most ten years
   * @return empty when the stream is full; else completes with the answer
   */
  Optional<CompletableFuture<Classification>> trySend(TextPair pair, Duration deadline);

  /**
   * Tells when {@link #trySend} may succeed again. Another sender may be faster, so send in a loop.
   *
   * @return completes when there is room, on the thread that made it
   */
  CompletableFuture<Void> room();

  /**
   * This stream as a processor: pairs in, answers out. A failed pair ends the processor with its
   * failure. From now on the processor owns the stream. It takes one subscriber.
   *
   * @return a processor that asks its publisher for no more pairs than may be in flight
   */
  default Flow.Processor<TextPair, Classification> processor() {
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
  <T, R> Flow.Processor<T, R> processor(
      Function<? super T, TextPair> pairOf,
      BiFunction<? super T, CompletableFuture<Classification>, ? extends R> result);

  /**
   * Ends the sending. Later sends fail.
   *
   * @return completes when every item has its outcome
   */
  CompletableFuture<Void> finish();

  /** Cancels every item that has no outcome, and ends the stream. */
  void cancel();

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
  void close();
}
