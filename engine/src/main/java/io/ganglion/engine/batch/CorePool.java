package io.ganglion.engine.batch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ganglion.engine.thread.ServiceThread;
import io.ganglion.runtime.core.CoreFactory;
import io.ganglion.runtime.core.CoreFault;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The aggregators of one scheduler, and the watchdog that replaces an aggregator which hangs in its
 * core. Thread-safe.
 */
final class CorePool implements BatchAggregator.Watcher {
  private enum State {
    OPENING,
    HEALTHY,
    LOST
  }

  private static final long MAX_TICK_NS = 100_000_000;

  private final SchedulerConfig config;
  private final CoreFactory factory;
  private final CoreCheck check;
  private final RequestQueue queue;
  private final BatchRunner runner;
  private final NanoClock clock;
  private final BatchEvents events;
  private final CompletableFuture<Void> allReady = new CompletableFuture<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final ServiceThread watchdog;

  @GuardedBy("this")
  private final BatchAggregator[] aggregators;

  @GuardedBy("this")
  private final State[] states;

  @GuardedBy("this")
  private final int[] abandoned;

  @GuardedBy("this")
  private final List<BatchAggregator> leftBehind = new ArrayList<>();

  @GuardedBy("this")
  private boolean closed;

  @GuardedBy("this")
  private long noneHealthySinceNs = Long.MAX_VALUE;

  private volatile int healthy;

  CorePool(
      SchedulerConfig config,
      CoreFactory factory,
      CoreCheck check,
      RequestQueue queue,
      BatchRunner runner,
      NanoClock clock,
      BatchEvents events) {
    this.config = config;
    this.factory = factory;
    this.check = check;
    this.queue = queue;
    this.runner = runner;
    this.clock = clock;
    this.events = events;
    this.states = new State[config.cores()];
    this.abandoned = new int[config.cores()];
    this.aggregators = new BatchAggregator[config.cores()];
    for (int i = 0; i < config.cores(); i++) {
      states[i] = State.OPENING;
      aggregators[i] = aggregator(i);
    }
    this.watchdog =
        ServiceThread.periodic(
            "ganglion-watchdog", events, tickNs(config.core()), () -> check(clock.nanoTime()));
  }

  private BatchAggregator aggregator(int index) {
    return new BatchAggregator(
        index, factory, check, queue, runner, config.core(), clock, events, this);
  }

  synchronized void start() {
    for (BatchAggregator aggregator : aggregators) {
      aggregator.start();
    }
    watchdog.start();
  }

  CompletableFuture<Void> allReady() {
    return allReady;
  }

  int healthy() {
    return healthy;
  }

  void onHealthChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public void ready(BatchAggregator aggregator) {
    boolean again;
    boolean all;
    synchronized (this) {
      if (aggregator.abandoned()) {
        return;
      }
      again = states[aggregator.index()] == State.LOST;
      setState(aggregator.index(), State.HEALTHY);
      all = healthy == config.cores();
    }
    events.onCoreReady(aggregator.index(), again);
    if (all) {
      allReady.complete(null);
    }
    listeners.forEach(Runnable::run);
  }

  @Override
  public void lost(BatchAggregator aggregator, CoreFault fault) {
    synchronized (this) {
      if (aggregator.abandoned()) {
        return;
      }
      setState(aggregator.index(), State.LOST);
    }
    allReady.completeExceptionally(fault);
    if (allReady.isCompletedExceptionally()) {
      return; // the scheduler never served; its starter gets the failure
    }
    events.onCoreLost(aggregator.index(), describe(fault));
    listeners.forEach(Runnable::run);
    if (fault.scope() == CoreFault.Scope.PROCESS) { // its thread ends, and no other would do better
      events.onVitalThreadEnded("ganglion-core-" + aggregator.index());
    }
  }

  private static String describe(CoreFault fault) {
    String message = fault.getMessage();
    return message == null ? fault.toString() : message;
  }

  private synchronized void setState(int index, State state) {
    states[index] = state;
    int count = 0;
    for (State each : states) {
      count += each == State.HEALTHY ? 1 : 0;
    }
    healthy = count;
    if (count > 0) {
      noneHealthySinceNs = Long.MAX_VALUE;
    } else if (noneHealthySinceNs == Long.MAX_VALUE) {
      noneHealthySinceNs = clock.nanoTime();
    }
  }

  private static long tickNs(CoreLimits limits) {
    long shortest = Math.min(limits.batchTimeoutNs(), limits.openTimeoutNs());
    return Math.max(1_000_000, Math.min(MAX_TICK_NS, shortest / 4));
  }

  /**
   * Replaces hanging aggregators, and answers waiting requests if no core has been healthy for too
   * long.
   */
  void check(long nowNs) {
    List<BatchAggregator> overdue = new ArrayList<>();
    boolean hopeless;
    synchronized (this) {
      for (BatchAggregator aggregator : aggregators) {
        if (!aggregator.abandoned() && aggregator.overdue(nowNs)) {
          overdue.add(aggregator);
        }
      }
      hopeless =
          noneHealthySinceNs != Long.MAX_VALUE
              && nowNs - noneHealthySinceNs > config.core().graceNs();
    }
    overdue.forEach(this::giveUp);
    replaceAbandoned();
    if (hopeless) {
      for (PendingRequest request : queue.clear()) {
        request.completeWaiting(new Outcome.Unavailable("no core is healthy", 0));
      }
    }
  }

  private void giveUp(BatchAggregator hanging) {
    int index = hanging.index();
    CoreFault fault = new CoreFault(CoreFault.Scope.CORE, "core " + index + " hangs");
    lost(hanging, fault);
    events.onBatchEnd(index, 0, config.core().batchTimeoutNs(), BatchEvents.BatchResult.TIMED_OUT);
    hanging.abandon(new Outcome.Unavailable("the core exceeded its time limit", 0));
    synchronized (this) {
      leftBehind.add(hanging);
      abandoned[index]++;
    }
  }

  /** Also starts aggregators whose thread could not be started earlier. */
  private synchronized void replaceAbandoned() {
    for (int i = 0; i < aggregators.length && !closed; i++) {
      // A core that hangs each time is given up, so that it takes no more memory.
      if (aggregators[i].abandoned() && abandoned[i] <= config.core().maxAbandoned()) {
        BatchAggregator next = aggregator(i);
        next.start();
        aggregators[i] = next;
      }
    }
  }

  private synchronized List<BatchAggregator> current() {
    return List.of(aggregators);
  }

  /**
   * Waits until every aggregator has ended; the queue must be closed. Returns false if not in time.
   */
  boolean drain(long deadlineNs) throws InterruptedException {
    while (true) {
      List<BatchAggregator> now = current();
      now.forEach(BatchAggregator::stop);
      boolean ended = true;
      for (BatchAggregator aggregator : now) {
        ended &= aggregator.abandoned() || aggregator.awaitEnd(deadlineNs);
      }
      if (!ended) {
        return false;
      }
      if (now.equals(current())) {
        return queue.depth() == 0;
      }
    }
  }

  /** Gives up all aggregators and replaces none. */
  void abandon(Outcome outcome) {
    synchronized (this) {
      closed = true;
    }
    current().forEach(aggregator -> aggregator.abandon(outcome));
  }

  /** Ends the watchdog and waits for the threads. Returns false if one still hangs in its core. */
  boolean close(long deadlineNs) throws InterruptedException {
    watchdog.stop();
    List<BatchAggregator> all = new ArrayList<>(current());
    synchronized (this) {
      closed = true;
      all.addAll(leftBehind);
    }
    all.forEach(BatchAggregator::stop);
    boolean ended = true;
    for (BatchAggregator aggregator : all) {
      ended &= aggregator.awaitEnd(deadlineNs);
    }
    return ended;
  }
}
