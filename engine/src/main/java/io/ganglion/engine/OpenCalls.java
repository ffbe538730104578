package io.ganglion.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ganglion.api.GanglionException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The calls that have no answer yet. Thread-safe. */
final class OpenCalls {
  private final int most;

  @GuardedBy("this")
  private final IdentityHashMap<CompletableFuture<?>, Boolean> open = new IdentityHashMap<>();

  @GuardedBy("this")
  private boolean closed;

  /**
   * @param most bound on them, so that callers who never wait are told
   */
  OpenCalls(int most) {
    this.most = most;
  }

  /** Adds a call. Returns why it may not begin; null if it may. */
  synchronized @Nullable GanglionException add(CompletableFuture<?> call) {
    if (closed) {
      return Failures.closed();
    }
    if (open.size() >= most) {
      return Failures.full(most);
    }
    open.put(call, true);
    return null;
  }

  synchronized void remove(CompletableFuture<?> call) {
    open.remove(call);
    if (open.isEmpty()) {
      notifyAll();
    }
  }

  /** Lets no call begin any more. Returns false if that was so before. */
  synchronized boolean close() {
    boolean first = !closed;
    closed = true;
    return first;
  }

  /** Waits until there is none, but no longer than this. */
  synchronized void awaitNone(long ns) throws InterruptedException {
    long end = System.nanoTime() + ns;
    long left = ns;
    while (!open.isEmpty() && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = end - System.nanoTime();
    }
  }

  synchronized List<CompletableFuture<?>> all() {
    return List.copyOf(open.keySet());
  }
}
