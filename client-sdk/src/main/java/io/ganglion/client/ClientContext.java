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

/** What all calls of one client share: its channels, timer, retry budget. Any thread. */
final class ClientContext {
  private final ClientConfig config;
  private final List<? extends Channel> channels;
  private final ScheduledThreadPoolExecutor timer;
  private final RetryBudget budget;
  private final AtomicInteger next = new AtomicInteger();
  private volatile boolean reached;

  ClientContext(ClientConfig config, List<? extends Channel> channels) {
    this.config = config;
    this.channels = channels;
    this.budget = new RetryBudget(config.retryBudget());
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

  Executor executor() {
    return config.executor();
  }

  /** Connections are taken in turn, by calls and by streams. */
  Channel channel() {
    return channels.size() == 1
        ? channels.get(0)
        : channels.get(Math.floorMod(next.getAndIncrement(), channels.size()));
  }

  /** Our own back-off sets the rhythm of attempts; the channel's may have grown to minutes. */
  void connectNow() {
    for (Channel channel : channels) {
      if (channel instanceof ManagedChannel managed) {
        managed.resetConnectBackoff();
      }
    }
  }

  /**
   * Notes what a call tells about its server.
   *
   * @param now whether it was on a connection that a server had opened too
   * @return whether any call of this client ever was
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

  /** Runs a task later; null when the client has been closed, and the task will not run. */
  @Nullable ScheduledFuture<?> after(long delayNs, Runnable task) {
    try {
      return timer.schedule(task, delayNs, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      return null;
    }
  }

  /** Completes a future where the caller wants it, or here when its executor is shut down. */
  void complete(Executor executor, Runnable completion) {
    try {
      executor.execute(completion);
    } catch (RuntimeException refused) { // rejected, or an executor of the caller's that throws
      completion.run();
    }
  }

  void close() {
    timer.shutdownNow();
  }
}
