package io.ganglion.server.thread;

import io.ganglion.engine.thread.ThreadEvents;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;

/**
 * Makes Netty's threads, and reports when one of them ends too early. Netty survives what most
 * handlers throw. But an Error in the loop itself ends its thread, and with it all connections of
 * that thread or the accepting of new ones. Thread-safe.
 */
public final class NetworkThreads extends DefaultThreadFactory {
  private final ThreadEvents events;
  private volatile boolean mayEnd;

  public NetworkThreads(String name, ThreadEvents events) {
    super(name, true);
    this.events = events;
  }

  /** Threads may end from now on, because their owner shuts them down. */
  public void release() {
    mayEnd = true;
  }

  @Override
  public Thread newThread(Runnable task) {
    return super.newThread(
        () -> {
          try {
            task.run();
          } finally {
            if (!mayEnd) {
              events.onVitalThreadEnded(Thread.currentThread().getName());
            }
          }
        });
  }
}
