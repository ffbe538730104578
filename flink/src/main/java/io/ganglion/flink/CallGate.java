package io.ganglion.flink;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the calls in flight of all slots together; the others wait, in their order. What waits is
 * bounded by the capacities of the operators that ask. Thread-safe.
 */
final class CallGate {
  private final int mostInFlight;
  private final AtomicInteger wakeUps = new AtomicInteger();

  @GuardedBy("this")
  private final ArrayDeque<Waiting<?>> waiting = new ArrayDeque<>();

  @GuardedBy("this")
  private int inFlight;

  /**
   * @param mostInFlight at least 1
   */
  CallGate(int mostInFlight) {
    this.mostInFlight = mostInFlight;
  }

  /**
   * Begins a call as soon as there is room.
   *
   * @param call must not block
   * @return completes as the call does; cancelling it cancels the call
   */
  <A> CompletableFuture<A> call(Supplier<CompletableFuture<A>> call) {
    Waiting<A> one = new Waiting<>(call);
    synchronized (this) {
      waiting.add(one);
    }
    proceed();
    return one.answer;
  }

  /** One thread at a time begins calls, so that calls that end at once pile up no stack. */
  private void proceed() {
    if (wakeUps.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      Waiting<?> next;
      while ((next = take()) != null) {
        next.begin();
      }
      seen = wakeUps.addAndGet(-seen);
    } while (seen != 0);
  }

  private synchronized @Nullable Waiting<?> take() {
    if (inFlight >= mostInFlight) {
      return null;
    }
    Waiting<?> next = waiting.poll();
    if (next != null) {
      inFlight++;
    }
    return next;
  }

  private void ended() {
    synchronized (this) {
      inFlight--;
    }
    proceed();
  }

  private final class Waiting<A> {
    private final Supplier<CompletableFuture<A>> call;
    private final CompletableFuture<A> answer = new CompletableFuture<>();

    Waiting(Supplier<CompletableFuture<A>> call) {
      this.call = call;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the continuations do not fail
    void begin() {
      if (answer.isDone()) {
        ended(); // it was given up while it waited
        return;
      }
      CompletableFuture<A> begun;
      try {
        begun = call.get();
      } catch (RuntimeException | Error e) {
        begun = CompletableFuture.failedFuture(e);
      }
      CompletableFuture<A> inner = begun;
      answer.whenComplete(
          (value, thrown) -> {
            if (answer.isCancelled()) {
              inner.cancel(false);
            }
          });
      inner.whenComplete(
          (value, thrown) -> {
            ended();
            if (thrown == null) {
              answer.complete(value);
            } else {
              answer.completeExceptionally(thrown);
            }
          });
    }
  }
}
