package io.ganglion.engine.batch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The items of one call, of which a bounded number is in flight; each outcome makes room for the
 * next. The first that fails for another reason than itself ends the call. Thread-safe.
 */
public final class ItemWindow {
  /** More in flight fill no batch better. */
  public static final int MOST_IN_FLIGHT = 128;

  /** How the call ends. */
  public sealed interface End {
    /** Every item has its outcome, in order: an answer, or what is wrong with the item. */
    record Complete(List<Outcome> outcomes) implements End {}

    /** There is no answer for the items together. */
    record Failed(Outcome outcome) implements End {}
  }

  private final int mostInFlight;
  private final AtomicInteger wakeUps = new AtomicInteger();

  @GuardedBy("this")
  private final @Nullable Outcome[] outcomes;

  @GuardedBy("this")
  private final @Nullable PendingRequest[] pending;

  @GuardedBy("this")
  private int next;

  @GuardedBy("this")
  private int done;

  /** Whether outcomes have come that nobody has asked for. */
  @GuardedBy("this")
  private boolean news;

  @GuardedBy("this")
  private boolean ended;

  @GuardedBy("this")
  private @Nullable Outcome failure;

  /**
   * @param size number of items
   * @param mostInFlight bound of what is in flight at once
   */
  public ItemWindow(int size, int mostInFlight) {
    this.mostInFlight = mostInFlight;
    outcomes = new Outcome[size];
    pending = new PendingRequest[size];
  }

  /**
   * Takes a step of the call, and another for each that was asked for meanwhile. One thread at a
   * time does so; others return at once.
   */
  public void proceed(Runnable step) {
    if (wakeUps.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      step.run();
      seen = wakeUps.addAndGet(-seen);
    } while (seen != 0);
  }

  /** The next item if it may be submitted now, otherwise -1. */
  public synchronized int take() {
    boolean room = next < outcomes.length && next - done < mostInFlight;
    return room && !ended && failure == null ? next++ : -1;
  }

  /** An item was submitted. If the call has ended meanwhile, the request is cancelled. */
  public void submitted(int index, PendingRequest request) {
    boolean unwanted;
    synchronized (this) {
      unwanted = ended || failure != null;
      pending[index] = outcomes[index] == null ? request : null;
    }
    if (unwanted) {
      request.cancel();
    }
  }

  /** Whether the outcome tells of an item alone, so that the others are still worth having. */
  public static boolean isOfItem(Outcome outcome) {
    return outcome instanceof Outcome.Answered || outcome instanceof Outcome.Invalid;
  }

  /** An item has its outcome. */
  public synchronized void completed(int index, Outcome outcome) {
    pending[index] = null;
    outcomes[index] = outcome;
    done++;
    news = true;
    if (failure == null && !isOfItem(outcome)) {
      failure = outcome;
    }
  }

  /** Whether outcomes have come since this was last asked: one step is enough for all of them. */
  public synchronized boolean takeNews() {
    boolean had = news;
    news = false;
    return had;
  }

  /** How the call ends, said once, when that is due; then what is in flight is cancelled. */
  public @Nullable End takeEnd() {
    End end;
    synchronized (this) {
      if (ended || (failure == null && done < outcomes.length)) {
        return null;
      }
      ended = true;
      end =
          failure == null
              ? new End.Complete(
                  Arrays.stream(outcomes).map(outcome -> Objects.requireNonNull(outcome)).toList())
              : new End.Failed(failure);
    }
    cancelPending();
    return end;
  }

  /** Nobody wants the answer any more. */
  public void cancel() {
    synchronized (this) {
      ended = true;
    }
    cancelPending();
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
