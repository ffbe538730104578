package io.ganglion.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Room for items in flight; waited for by blocking or by a future. Any thread. */
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

  /** Completes when there is room; another sender may take it first. */
  CompletableFuture<Void> room() {
    if (permits.availablePermits() > 0) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> shared =
        waiter.updateAndGet(old -> old == null ? new CompletableFuture<>() : old);
    // A permit released between the two looks would have found no waiter.
    if (permits.availablePermits() > 0 && waiter.compareAndSet(shared, null)) {
      shared.complete(null);
    }
    return shared.copy();
  }
}
