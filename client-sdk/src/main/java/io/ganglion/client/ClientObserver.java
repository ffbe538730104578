package io.ganglion.client;

import io.ganglion.api.GanglionException;
import java.time.Duration;

/**
 * Is told what a client does, for metrics and logs. Called on any thread, also on network threads,
 * so it must not block. What it throws is logged once and otherwise ignored.
 *
 * <p>A request ends with exactly one of {@link #answered}, {@link #failed} and {@link #cancelled}.
 * So the number of starts less the number of ends is what is in flight.
 *
 * <pre>{@code
 * GanglionClient.builder().observer(new ClientObserver() {
 *   @Override
 *   public void failed(GanglionException failure, Duration latency) {
 *     failures.increment(failure.code());
 *   }
 * });
 * }</pre>
 */
public interface ClientObserver {
  /** Why a request is sent to a server. */
  enum Attempt {
    /** It was not sent before. */
    FIRST,
    /** An earlier attempt failed. */
    RETRY,
    /** An earlier attempt is slow. */
    HEDGE
  }

  /** A request was accepted: a unary call or an item of a stream. */
  default void started() {}

  /**
   * A request is sent.
   *
   * @param attempt whether for the first time
   */
  default void attempted(Attempt attempt) {}

  /**
   * A request has its answer.
   *
   * @param latency since the request was accepted, retries included
   */
  default void answered(Duration latency) {}

  /**
   * A request ended without an answer.
   *
   * @param failure what its future completes with
   * @param latency since the request was accepted
   */
  default void failed(GanglionException failure, Duration latency) {}

  /**
   * The caller cancelled a request, or closed the client at once.
   *
   * @param latency since the request was accepted
   */
  default void cancelled(Duration latency) {}
}
