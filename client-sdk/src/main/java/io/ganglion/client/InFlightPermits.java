package io.ganglion.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Bounds the items in flight. Callers wait for room by blocking or with a future. Any thread. */
final class InFlightPermits {
  private final Semaphore permits;
  private final AtomicReference<@Nullable CompletableFuture<Void>> waiter = new AtomicReference<>();

  InFlightPermits(int items) {
    this.permits = new Semaphore(items);
  }

  void acquire() throws InterruptedException {
    permits.acquire();
  }

  boolean tryAcquire() {
    return permits.tryAcquire();
  }

  void release() {
    permits.release();
    CompletableFuture<Void> waiting = waiter.getAndSet(null);
    if (waiting != null) {
      waiting.complete(null);
    }
  }

  /** Completes when there is room. Another sender may take the room first. */
  CompletableFuture<Void> room() {
    if (permits.availablePermits() > 0) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> shared =
        waiter.updateAndGet(old -> old == null ? new CompletableFuture<>() : old);
    // Look again: a permit released before the waiter was added would wake nobody.
    if (permits.availablePermits() > 0 && waiter.compareAndSet(shared, null)) {
      shared.complete(null);
    }
    return shared.copy();
  }
}
