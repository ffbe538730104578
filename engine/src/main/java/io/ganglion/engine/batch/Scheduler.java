package io.ganglion.engine.batch;

import io.ganglion.engine.cache.AnswerCache;
import io.ganglion.engine.thread.ServiceThread;
import io.ganglion.runtime.core.CoreFactory;
import io.ganglion.runtime.core.CoreFault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One model on its cores: a bounded queue, and one {@link BatchAggregator} for each core. Every
 * request that {@link #submit} takes is completed exactly once. Thread-safe.
 *
 * <p>Does not own the {@link CoreFactory}: close the factory after the scheduler.
 */
public final class Scheduler {
  /** Time after which a caller may ask again while no core is healthy. */
  private static final long RECOVERY_RETRY_NS = 500_000_000;

  /** Time for a batch in flight to end before its thread is left behind. */
  private static final long CLOSE_WAIT_NS = 2_000_000_000;

  private final SchedulerConfig config;
  private final NanoClock clock;
  private final BatchEvents events;
  private final RequestQueue queue;
  private final @Nullable AnswerCache cache;
  private final AdmissionGate gate;
  private final CostModel costs = new CostModel();
  private final CorePool pool;
  private final ServiceThread deadlines;
  private final long batchTokens;

  /**
   * @param factory opens the cores; not closed here
   * @param check check that each core must pass before it runs requests
   * @param answer turns what a core gives for a request into its answer
   */
  public Scheduler(
      SchedulerConfig config,
      CoreFactory factory,
      CoreCheck check,
      UnaryOperator<float[]> answer,
      NanoClock clock,
      BatchEvents events) {
    this.config = config;
    this.clock = clock;
    this.events = events;
    this.queue =
        new RequestQueue(
            config.admission().maxRequests(),
            config.concurrent(),
            config.cacheBytes() > 0,
            new BatchPolicy(config.batch()),
            costs,
            clock);
    this.cache =
        config.cacheBytes() > 0 ? new AnswerCache(config.cacheBytes(), events::onEvicted) : null;
    this.gate = new AdmissionGate(config.admission());
    this.batchTokens = config.batch().maxTokens();
    BatchRunner runner =
        new BatchRunner(config.batch().maxRequests(), answer, cache, costs, clock, events);
    this.pool = new CorePool(config, factory, check, queue, runner, clock, events);
    this.deadlines = ServiceThread.of("ganglion-deadlines", events, this::expireWaiting);
  }

  /** Opens the cores, each on its own thread, and returns at once. */
  public void start() {
    deadlines.start();
    pool.start();
  }

  /**
   * Waits until every core has passed its check.
   *
   * @throws CoreFault the fault of the first core that did not pass
   */
  public void awaitReady() throws CoreFault, InterruptedException {
    CompletableFuture<Void> ready = pool.allReady();
    try {
      ready.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CoreFault fault) {
        throw fault;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Number of healthy cores. */
  public int healthyCores() {
    return pool.healthy();
  }

  /** Sets a listener. It is called on any thread after the number of healthy cores has changed. */
  public void onHealthChange(Runnable listener) {
    pool.onHealthChange(listener);
  }

  /** Number of requests that wait for a core. */
  public int queueDepth() {
    return queue.depth();
  }

  /** Predicted time until all waiting requests have been run, in nanoseconds. */
  public long predictedWaitNs() {
    return costs.drainNs(queue.depthTokens(), batchTokens(queue.depth()), healthyCores());
  }

  /** Number of tokens in a full batch of requests like the waiting ones. */
  private long batchTokens(int depth) {
    if (depth == 0) {
      return batchTokens;
    }
    return Math.min(
        batchTokens, queue.depthTokens() * config.batch().maxRequests() / Math.max(1, depth));
  }

  /**
   * Takes a request. It is completed by a core, or refused at once.
   *
   * @return false if the scheduler is closed: the request was not taken and is not completed
   */
  public boolean submit(PendingRequest request) {
    if (cache != null && found(cache, request)) {
      return true;
    }
    Outcome refusal = refusal(request, clock.nanoTime());
    if (refusal != null) {
      request.completeWaiting(refusal);
      return true;
    }
    RequestQueue.Offer offer = queue.offer(request);
    if (offer.displaced() != null) {
      offer.displaced().completeWaiting(queueFull());
    }
    return switch (offer.answer()) {
      case ACCEPTED -> {
        events.onAdmitted();
        yield true;
      }
      case FULL -> {
        request.completeWaiting(queueFull());
        yield true;
      }
      case CLOSED -> false;
    };
  }

  /** Answers a request without a core, or lets it wait for an equal one, if that can be. */
  private boolean found(AnswerCache answers, PendingRequest request) {
    float[] row = answers.get(request.key());
    if (row != null) {
      events.onLookup(BatchEvents.Lookup.HIT);
      request.completeWaiting(
          Outcome.Answered.kept(
              row, Math.max(0, clock.nanoTime() - request.arrivalNs()), request.length()));
      return true;
    }
    boolean shared = queue.follow(request);
    events.onLookup(shared ? BatchEvents.Lookup.SHARED : BatchEvents.Lookup.MISS);
    return shared;
  }

  /** Bytes of memory that hold kept answers. */
  public long cacheBytes() {
    return cache == null ? 0 : cache.bytes();
  }

  /**
   * The reason why {@link #submit} would refuse a request of this client now, whatever it holds;
   * null if it might admit it, as it may while answers are kept.
   */
  public @Nullable Outcome overload(Client client, long arrivalNs, long deadlineNs) {
    if (cache != null) {
      return null;
    }
    if (healthyCores() == 0) {
      return new Outcome.Unavailable("no core is healthy", RECOVERY_RETRY_NS);
    }
    boolean any = deadlineNs == PendingRequest.NO_DEADLINE;
    long leftNs = any ? deadlineNs : deadlineNs - clock.nanoTime();
    return gate.overload(
        queue.full(client),
        queue.depth() == 0 ? 0 : predictedWaitNs(),
        leftNs > 0 ? leftNs : PendingRequest.NO_DEADLINE, // a late one has expired
        () -> waitNs(client, arrivalNs, deadlineNs, 0));
  }

  private @Nullable Outcome refusal(PendingRequest request, long nowNs) {
    if (healthyCores() == 0) {
      return new Outcome.Unavailable("no core is healthy", RECOVERY_RETRY_NS);
    }
    return gate.decide(
        queue.full(request.client()),
        queue.depth() == 0 ? 0 : predictedWaitNs(),
        costs.trustedBatchNs(request.length(), nowNs),
        nowNs,
        request.deadlineNs(),
        () ->
            waitNs(request.client(), request.arrivalNs(), request.deadlineNs(), request.length()));
  }

  /** Predicted time until everything ahead of such a request has been run. Walks the queue. */
  private long waitNs(Client client, long arrivalNs, long deadlineNs, int length) {
    return costs.drainNs(
        queue.tokensBefore(client, arrivalNs, deadlineNs, length),
        batchTokens(queue.depth()),
        healthyCores());
  }

  private Outcome queueFull() {
    return new Outcome.Overloaded(
        Outcome.Refusal.QUEUE_FULL,
        "the server is overloaded: " + queue.capacity() + " requests wait already",
        Math.max(1, predictedWaitNs()));
  }

  /** Completes a request whose deadline has passed while it waited. */
  static void expire(PendingRequest request, BatchEvents events) {
    if (request.completeWaiting(
        new Outcome.Expired("the deadline passed while the request waited for a core"))) {
      events.onExpired();
    }
  }

  static void expireAll(List<PendingRequest> requests, BatchEvents events) {
    PendingRequest.eachOf(requests, request -> expire(request, events));
  }

  private boolean expireWaiting() throws InterruptedException {
    List<PendingRequest> expired = queue.awaitExpired();
    if (expired == null) {
      return false;
    }
    expireAll(expired, events);
    return true;
  }

  /**
   * Takes no more requests and finishes those it has. What is not finished in time is completed as
   * unavailable. {@link #close} must still be called.
   *
   * @return whether all requests were finished in time
   */
  public boolean drain(Duration timeout) throws InterruptedException {
    queue.close();
    boolean finished = pool.drain(clock.nanoTime() + timeout.toNanos());
    if (!finished) {
      failAll();
    }
    return finished;
  }

  private void failAll() {
    Outcome stopped = new Outcome.Unavailable("the server stopped before it was run", 0);
    for (PendingRequest request : queue.clear()) {
      request.completeWaiting(stopped);
    }
    pool.abandon(stopped);
  }

  /**
   * Stops at once: waiting and running requests are completed as unavailable. Idempotent.
   *
   * @return whether every core's thread has ended; while one hangs in its core, the factory must
   *     not be closed
   */
  public boolean close() throws InterruptedException {
    queue.close();
    failAll();
    if (cache != null) {
      cache.clear();
    }
    return pool.close(clock.nanoTime() + CLOSE_WAIT_NS);
  }
}
