package io.ganglion.engine.batch;

import io.ganglion.engine.thread.ServiceThread;
import io.ganglion.runtime.core.CoreFactory;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.NeuronCore;

/**
 * One named thread that owns one core. It takes batches from the queue and runs them. If the core
 * breaks, it opens the core again, with back-off. It ends when the queue is closed and empty.
 *
 * <p>A thread that hangs in its core cannot be ended. {@link #abandon} answers its requests and
 * makes sure that it takes no more if it ever returns.
 */
final class BatchAggregator {
  /** Called on the aggregator's thread. */
  interface Watcher {
    void ready(BatchAggregator core);

    void lost(BatchAggregator core, CoreFault fault);
  }

  private static final long IDLE = Long.MAX_VALUE;

  private final int index;
  private final CoreFactory factory;
  private final CoreCheck check;
  private final RequestQueue queue;
  private final BatchRunner runner;
  private final CoreLimits limits;
  private final NanoClock clock;
  private final BatchEvents events;
  private final Watcher watcher;
  private final ServiceThread thread;
  private long backoffNs;

  /** The time at which the thread's current work is overdue; {@link #IDLE} while it only waits. */
  private volatile long overdueAtNs = IDLE;

  private volatile RequestQueue.Batch running = RequestQueue.Batch.NONE;
  private volatile boolean abandoned;

  BatchAggregator(
      int index,
      CoreFactory factory,
      CoreCheck check,
      RequestQueue queue,
      BatchRunner runner,
      CoreLimits limits,
      NanoClock clock,
      BatchEvents events,
      Watcher watcher) {
    this.index = index;
    this.factory = factory;
    this.check = check;
    this.queue = queue;
    this.runner = runner;
    this.limits = limits;
    this.clock = clock;
    this.events = events;
    this.watcher = watcher;
    this.backoffNs = limits.firstBackoffNs();
    this.thread = ServiceThread.of("ganglion-core-" + index, events, this::turn);
  }

  int index() {
    return index;
  }

  void start() {
    thread.start();
  }

  /**
   * Ends the thread if its core is broken. Otherwise the thread goes on until the queue is empty.
   */
  void stop() {
    thread.stop();
  }

  /** Waits until the thread has ended. Returns false if it has not by {@code deadlineNs}. */
  boolean awaitEnd(long deadlineNs) throws InterruptedException {
    return thread.awaitEnd(deadlineNs - clock.nanoTime());
  }

  boolean overdue(long nowNs) {
    return nowNs > overdueAtNs;
  }

  boolean abandoned() {
    return abandoned;
  }

  /** Gives up the thread and completes its requests with {@code outcome}. */
  void abandon(Outcome outcome) {
    abandoned = true;
    overdueAtNs = IDLE;
    thread.stop();
    RequestQueue.Batch left = running;
    queue.lost(left);
    PendingRequest.completeAll(left.requests(), outcome);
  }

  /**
   * Opens the core and runs batches on it until it breaks. Returns false when there is nothing more
   * to do.
   */
  private boolean turn() throws InterruptedException {
    if (abandoned) {
      return false;
    }
    try (NeuronCore core = open()) {
      watcher.ready(this);
      serve(core);
      return false;
    } catch (CoreFault fault) {
      overdueAtNs = IDLE;
      watcher.lost(this, fault);
      return fault.scope() != CoreFault.Scope.PROCESS && !backOff() && !abandoned;
    } catch (RuntimeException | Error e) {
      overdueAtNs = IDLE;
      watcher.lost(this, new CoreFault(CoreFault.Scope.CORE, "core " + index + " failed: " + e, e));
      throw e; // the next turn opens the core again
    }
  }

  private NeuronCore open() throws CoreFault {
    overdueAtNs = clock.nanoTime() + limits.openTimeoutNs();
    NeuronCore core = null;
    boolean sound = false;
    try {
      core = factory.open(index);
      check.check(core);
      sound = true;
      return core;
    } catch (RuntimeException | Error e) {
      throw new CoreFault(CoreFault.Scope.CORE, "core " + index + " cannot be opened: " + e, e);
    } finally {
      if (core != null && !sound) {
        core.close();
      }
      overdueAtNs = IDLE;
    }
  }

  /** Waits before the next opening. Returns true if the thread shall end instead. */
  private boolean backOff() throws InterruptedException {
    boolean stop = thread.pause(backoffNs);
    backoffNs = Math.min(limits.maxBackoffNs(), backoffNs * 2);
    return stop;
  }

  private void serve(NeuronCore core) throws CoreFault, InterruptedException {
    while (!abandoned) {
      RequestQueue.Batch batch = queue.take();
      if (batch.closed()) {
        return;
      }
      try {
        Scheduler.expireAll(batch.expired(), events);
        if (!batch.requests().isEmpty()) {
          runBatch(core, batch);
        }
      } catch (RuntimeException | Error e) { // answer the batch in any case
        queue.lost(batch);
        PendingRequest.completeAll(
            batch.requests(), new Outcome.Unavailable("the core's thread failed", 0));
        throw e;
      }
    }
  }

  private void runBatch(NeuronCore core, RequestQueue.Batch batch) throws CoreFault {
    running = batch;
    overdueAtNs = clock.nanoTime() + limits.batchTimeoutNs();
    try {
      if (abandoned) { // either this check or abandon() answers these requests
        abandon(new Outcome.Unavailable("the core was given up", 0));
        return;
      }
      runner.run(core, batch.requests());
      queue.ended(batch);
    } catch (CoreFault e) {
      queue.lost(batch);
      throw e;
    } finally {
      overdueAtNs = IDLE;
      running = RequestQueue.Batch.NONE;
    }
    backoffNs = limits.firstBackoffNs();
  }
}
