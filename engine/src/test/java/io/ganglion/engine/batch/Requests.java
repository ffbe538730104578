package io.ganglion.engine.batch;

import io.ganglion.runtime.text.TokenSequence;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Requests and settings for tests. */
public final class Requests {
  public static final long MS = 1_000_000L;

  /** The client of all requests. */
  public static final Client CLIENT = new Client("test");

  private Requests() {}

  /** A sequence of {@code length} tokens; the second token is {@code id}. */
  public static TokenSequence tokens(int length, int id) {
    int[] ids = new int[Math.max(3, length)];
    ids[1] = id;
    return new TokenSequence(ids, new int[ids.length]);
  }

  public static BatchLimits limits(int requests, int tokens) {
    return new BatchLimits(requests, tokens, requests, 0, 1_000 * MS, List.of());
  }

  public static CoreLimits coreLimits(Duration batchTimeout) {
    return new CoreLimits(batchTimeout.toNanos(), 5_000 * MS, 5 * MS, 50 * MS, 3, 200 * MS);
  }

  public static SchedulerConfig scheduler(int cores, int queue) {
    return scheduler(cores, queue, 0);
  }

  public static SchedulerConfig scheduler(int cores, int queue, long cacheBytes) {
    return new SchedulerConfig(
        cores,
        cores,
        limits(4, 512),
        new AdmissionLimits(queue, 30_000 * MS),
        coreLimits(Duration.ofSeconds(10)),
        cacheBytes);
  }

  /** A request whose outcome completes {@code future}. A second outcome makes it fail. */
  public static PendingRequest request(
      int length, int id, long arrivalNs, long deadlineNs, CompletableFuture<Outcome> future) {
    return new PendingRequest(
        CLIENT,
        tokens(length, id),
        arrivalNs,
        deadlineNs,
        outcome -> {
          if (!future.complete(outcome)) {
            throw new AssertionError("completed twice");
          }
        });
  }
}
