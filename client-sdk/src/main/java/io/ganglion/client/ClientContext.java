package io.ganglion.client;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What all calls of one client share: channels, timer and retry budget. Any thread. */
final class ClientContext {
  private final ClientConfig config;
  private final List<? extends Channel> channels;
  private final ScheduledThreadPoolExecutor timer;
  private final RetryBudget budget;
  private final Observers observers;
  private final AtomicInteger next = new AtomicInteger();
  private volatile boolean reached;

  ClientContext(ClientConfig config, List<? extends Channel> channels) {
    this.config = config;
    this.channels = channels;
    this.budget = new RetryBudget(config.retryBudget());
    this.observers = new Observers(config.observers());
    this.timer = new ScheduledThreadPoolExecutor(1, ClientContext::daemon);
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "ganglion-client-timer");
    thread.setDaemon(true);
    return thread;
  }

  ClientConfig config() {
    return config;
  }

  RetryPolicy retry() {
    return config.retry();
  }

  RetryBudget budget() {
    return budget;
  }

  Observers observers() {
    return observers;
  }

  Executor executor() {
    return config.executor();
  }

  /** The next connection. Calls and streams use them in turn. */
  Channel channel() {
    return channels.size() == 1
        ? channels.get(0)
        : channels.get(Math.floorMod(next.getAndIncrement(), channels.size()));
  }

  /**
   * Lets channels connect at once. The client has its own back-off, and the channel's may have
   * grown to minutes.
   */
  void connectNow() {
    for (Channel channel : channels) {
      if (channel instanceof ManagedChannel managed) {
        managed.resetConnectBackoff();
      }
    }
  }

  /**
   * Notes whether a call reached a server.
   *
   * @param now whether the call's connection was accepted by a server
   * @return whether any call of this client ever reached a server
   */
  boolean noteReached(boolean now) {
    if (now && !reached) {
      reached = true;
    }
    return reached;
  }

  long nowNs() {
    return System.nanoTime();
  }

  double random() {
    return ThreadLocalRandom.current().nextDouble();
  }

  /** Runs a task later. Returns null if the client is closed; the task then never runs. */
  @Nullable ScheduledFuture<?> after(long delayNs, Runnable task) {
    try {
      return timer.schedule(task, delayNs, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      return null;
    }
  }

  /** Completes a future on the caller's executor, or on this thread if the executor refuses. */
  void complete(Executor executor, Runnable completion) {
    try {
      executor.execute(completion);
    } catch (RuntimeException refused) { // rejected, or thrown by the caller's executor
      completion.run();
    }
  }

  void close() {
    timer.shutdownNow();
  }
}
