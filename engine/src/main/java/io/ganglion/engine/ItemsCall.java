package io.ganglion.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ganglion.api.GanglionException;
import io.ganglion.engine.batch.Client;
import io.ganglion.engine.batch.Completion;
import io.ganglion.engine.batch.NanoClock;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.batch.PendingRequest;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.runtime.text.TokenSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A call of one or many texts. A bounded number of them is in flight; each batch that ends makes
 * room for the next. Texts are encoded, and the future is completed, on the engine's threads, never
 * on a core's. The first text that fails for another reason than itself ends the call. Thread-safe.
 *
 * @param <R> what the caller gets
 */
final class ItemsCall<R> extends CompletableFuture<R> {
  /** More in flight fill no batch better. */
  private static final int MOST_IN_FLIGHT = 128;

  /** What is asked, and how the answer is made. Each method is called on one thread at a time. */
  interface Items<R> {
    int size();

    /** What is wrong with an item, one clause; null if nothing is. */
    @Nullable String complaint(int index);

    /** The tokens of an item without a complaint. */
    TokenSequence encode(int index);

    /**
     * The answer.
     *
     * @param outcomes of the items, in order; each is answered or invalid
     * @throws GanglionException if there is none for them together
     */
    R answer(List<Outcome> outcomes);
  }

  private final ServedModel model;
  private final Items<R> items;
  private final Executor executor;
  private final NanoClock clock;
  private final Client client;
  private final AtomicInteger wakeUps = new AtomicInteger();

  @GuardedBy("this")
  private final @Nullable Outcome[] outcomes;

  @GuardedBy("this")
  private final @Nullable PendingRequest[] pending;

  @GuardedBy("this")
  private int next;

  @GuardedBy("this")
  private int done;

  /** Whether outcomes have come since this call last went on. */
  @GuardedBy("this")
  private boolean unseen;

  @GuardedBy("this")
  private @Nullable Outcome failure;

  ItemsCall(ServedModel model, Items<R> items, Executor executor, NanoClock clock, Client client) {
    this.model = model;
    this.items = items;
    this.executor = executor;
    this.clock = clock;
    this.client = client;
    outcomes = new Outcome[items.size()];
    pending = new PendingRequest[items.size()];
  }

  void start() {
    executor.execute(this::proceed);
  }

  /**
   * Submits what has room, and completes the future if that is due. One thread at a time does so.
   */
  private void proceed() {
    if (wakeUps.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      try {
        fill();
        finishIfDue();
      } catch (GanglionException e) {
        completeExceptionally(e);
      } catch (RuntimeException | Error e) {
        completeExceptionally(Failures.bug(e));
      }
      seen = wakeUps.addAndGet(-seen);
    } while (seen != 0);
  }

  private void fill() {
    if (isDone()) {
      cancelPending();
      return;
    }
    int index;
    while ((index = take()) >= 0) {
      submit(index);
    }
  }

  /** The next item if it may be submitted now, otherwise -1. */
  private synchronized int take() {
    boolean room = next < outcomes.length && next - done < MOST_IN_FLIGHT;
    return room && failure == null && !isDone() ? next++ : -1;
  }

  private void submit(int index) {
    String complaint = items.complaint(index);
    if (complaint != null) {
      completed(index, new Outcome.Invalid(complaint));
      return;
    }
    PendingRequest request =
        new PendingRequest(
            client,
            items.encode(index),
            clock.nanoTime(),
            PendingRequest.NO_DEADLINE,
            new ItemCompletion(index));
    synchronized (this) {
      pending[index] = request;
    }
    if (!model.scheduler().submit(request)) {
      completed(index, new Outcome.Unavailable("the engine is closed", 0));
    } else if (isDone()) { // given up meanwhile, perhaps before this request could be seen
      request.cancel();
    }
  }

  private final class ItemCompletion implements Completion {
    private final int index;

    ItemCompletion(int index) {
      this.index = index;
    }

    @Override
    public void complete(Outcome outcome) {
      completed(index, outcome);
    }

    @Override
    public void flush() {
      flushed();
    }
  }

  /** Goes on once for all outcomes that came together. */
  private void flushed() {
    synchronized (this) {
      if (!unseen) {
        return;
      }
      unseen = false;
    }
    start();
  }

  private synchronized void completed(int index, Outcome outcome) {
    pending[index] = null;
    outcomes[index] = outcome;
    done++;
    unseen = true;
    boolean own = outcome instanceof Outcome.Answered || outcome instanceof Outcome.Invalid;
    if (failure == null && !own) {
      failure = outcome;
    }
  }

  private void finishIfDue() {
    Outcome failed;
    List<Outcome> all = new ArrayList<>();
    synchronized (this) {
      failed = failure;
      if (failed == null && done < outcomes.length) {
        return;
      }
      if (failed == null) {
        Arrays.stream(outcomes).forEach(outcome -> all.add(Objects.requireNonNull(outcome)));
      }
    }
    if (isDone()) {
      return;
    }
    if (failed != null) {
      completeExceptionally(Failures.of(failed));
      cancelPending();
    } else {
      complete(items.answer(all));
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    if (cancelled) {
      cancelPending();
    }
    return cancelled;
  }

  private void cancelPending() {
    List<PendingRequest> left = new ArrayList<>();
    synchronized (this) {
      for (PendingRequest request : pending) {
        if (request != null) {
          left.add(request);
        }
      }
    }
    left.forEach(PendingRequest::cancel);
  }
}
