package io.ganglion.server.endpoint;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts calls whose last byte has not been sent. A stopping server waits for these calls and not
 * for connections, because a client may keep a connection open as long as it likes. Thread-safe.
 */
final class OpenCalls extends ServerStreamTracer.Factory {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition none = lock.newCondition();

  @GuardedBy("lock")
  private long open;

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    add(1);
    return new ServerStreamTracer() {
      @Override
      public void streamClosed(Status status) {
        add(-1);
      }
    };
  }

  private void add(int change) {
    lock.lock();
    try {
      open += change;
      if (open == 0) {
        none.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until no call is open. Returns false if some are still open after this time. */
  boolean awaitNone(long timeoutNs) throws InterruptedException {
    long left = timeoutNs;
    lock.lock();
    try {
      while (open > 0) {
        if (left <= 0) {
          return false;
        }
        left = none.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
