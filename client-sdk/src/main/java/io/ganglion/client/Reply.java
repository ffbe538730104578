package io.ganglion.client;

import io.ganglion.api.GanglionException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The caller's future of one request. If the caller completes it first, in any way (cancel, a
 * timeout, a value), the request is abandoned.
 */
abstract class Reply<T> extends CompletableFuture<T> {
  private volatile @Nullable Thread settler;

  /** The caller no longer wants the answer; called at most once, on the caller's thread. */
  abstract void abandon();

  /** The time by which it must have its outcome, on the clock of {@link ClientContext#nowNs}. */
  abstract long deadlineNs();

  /** Fails it with an expired deadline, unless it has an outcome. Any thread. */
  abstract void expire();

  /** Whether {@code thread} is running a continuation that the caller attached to this future. */
  final boolean isSettledBy(Thread thread) {
    return settler == thread;
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    Thread before = begin();
    boolean first;
    try {
      first = super.cancel(mayInterruptIfRunning);
    } finally {
      settler = before;
    }
    if (first) {
      abandon();
    }
    return first;
  }

  @Override
  public boolean complete(T value) {
    Thread before = begin();
    boolean first;
    try {
      first = super.complete(value);
    } finally {
      settler = before;
    }
    if (first) {
      abandon();
    }
    return first;
  }

  @Override
  public boolean completeExceptionally(Throwable thrown) {
    Thread before = begin();
    boolean first;
    try {
      first = super.completeExceptionally(thrown);
    } finally {
      settler = before;
    }
    if (first) {
      abandon();
    }
    return first;
  }

  /** Completes it from the client's side. */
  final void settle(@Nullable T answer, @Nullable GanglionException failure) {
    Thread before = begin();
    try {
      if (answer != null) {
        super.complete(answer);
      } else if (failure != null) {
        super.completeExceptionally(failure);
      } else {
        super.cancel(false);
      }
    } finally {
      settler = before;
    }
  }

  private @Nullable Thread begin() {
    Thread before = settler;
    settler = Thread.currentThread();
    return before;
  }
}
