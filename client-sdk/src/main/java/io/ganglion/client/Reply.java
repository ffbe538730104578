package io.ganglion.client;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The caller's future of one request. However the caller completes it first (cancel, a timeout of
 * its own, a value), the request behind it is abandoned.
 */
abstract class Reply extends CompletableFuture<Classification> {
  /** The caller no longer wants the answer; called at most once, on the caller's thread. */
  abstract void abandon();

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean first = super.cancel(mayInterruptIfRunning);
    if (first) {
      abandon();
    }
    return first;
  }

  @Override
  public boolean complete(Classification value) {
    boolean first = super.complete(value);
    if (first) {
      abandon();
    }
    return first;
  }

  @Override
  public boolean completeExceptionally(Throwable thrown) {
    boolean first = super.completeExceptionally(thrown);
    if (first) {
      abandon();
    }
    return first;
  }

  /** Completes it from our side. */
  final void settle(@Nullable Classification answer, @Nullable GanglionException failure) {
    if (answer != null) {
      super.complete(answer);
    } else if (failure != null) {
      super.completeExceptionally(failure);
    } else {
      super.cancel(false);
    }
  }
}
