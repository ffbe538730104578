package io.ganglion.spark;

import io.ganglion.api.GanglionException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.jspecify.annotations.Nullable;

/**
 * The results of a partition's items, in their order, with a window of items in flight. For the
 * task's thread alone; only {@link #close} may be called by another after that thread has ended.
 */
final class AnswersInOrder<T, A, R> implements Iterator<R> {
  /** A task that was killed without an interrupt is noticed so soon. */
  private static final long LOOK_UP_MS = 500;

  private record Asked<T, A>(
      T item,
      @Nullable CompletableFuture<A> answer,
      long askedNs,
      InFlight.@Nullable Place place) {}

  private final Iterator<T> items;
  private final Function<T, @Nullable CompletableFuture<A>> question;
  private final Result<T, A, R> result;
  private final AskPartition.Refusals<T, R> refusals;
  private final Runnable release;
  private final Pace pace;
  private final ArrayDeque<Asked<T, A>> window = new ArrayDeque<>();
  private @Nullable R next;
  private boolean closed;

  AnswersInOrder(
      Iterator<T> items,
      Function<T, @Nullable CompletableFuture<A>> question,
      Result<T, A, R> result,
      AskPartition.Refusals<T, R> refusals,
      int most,
      Runnable release) {
    this.items = items;
    this.question = question;
    this.result = result;
    this.refusals = refusals;
    this.pace = new Pace(most, System::nanoTime);
    this.release = release;
  }

  @Override
  public boolean hasNext() {
    while (next == null && !closed) {
      fill();
      Asked<T, A> head = window.peek();
      if (head == null) {
        close();
      } else {
        next = resultOf(head);
        window.remove();
        leave(head);
      }
    }
    return next != null;
  }

  @Override
  public R next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException();
    }
    R taken = next;
    next = null;
    return taken;
  }

  /** The first item is asked even where the executor is full, so that every task goes on. */
  private void fill() {
    while (window.size() < pace.width() && items.hasNext()) {
      InFlight.Place place = InFlight.EXECUTOR.place();
      if (place == null && !window.isEmpty()) {
        return;
      }
      boolean added = false;
      try {
        T item = items.next();
        window.add(new Asked<>(item, question.apply(item), pace.now(), place));
        added = true;
      } finally {
        if (!added && place != null) {
          place.leave();
        }
      }
    }
  }

  private @Nullable R resultOf(Asked<T, A> asked) {
    CompletableFuture<A> answer = asked.answer();
    if (answer == null) {
      return result.of(asked.item(), null);
    }
    long askedNs = asked.askedNs();
    while (true) {
      try {
        return result.of(asked.item(), await(answer));
      } catch (GanglionException.InvalidRequest e) {
        return refusals.of(asked.item(), e);
      } catch (GanglionException.Overloaded e) {
        pause(pace.overloaded(e, askedNs));
        askedNs = pace.now();
        answer = question.apply(asked.item());
        if (answer == null) {
          throw e;
        }
      }
    }
  }

  /** Waits for an answer, but not longer than the task lives. */
  private A await(CompletableFuture<A> answer) {
    try {
      while (true) {
        try {
          A given = answer.get(LOOK_UP_MS, TimeUnit.MILLISECONDS);
          pace.answered();
          return given;
        } catch (TimeoutException e) {
          TaskContext task = TaskContext.get();
          if (task != null) {
            task.killTaskIfInterrupted();
          }
        }
      }
    } catch (InterruptedException e) {
      throw interrupted();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GanglionException failure) {
        throw failure;
      }
      throw new IllegalStateException("The model failed: " + e.getCause(), e.getCause());
    }
  }

  private static void pause(long ns) {
    try {
      TimeUnit.NANOSECONDS.sleep(ns);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static TaskKilledException interrupted() {
    Thread.currentThread().interrupt();
    return new TaskKilledException("The task was interrupted while it waited for an answer.");
  }

  private void leave(Asked<T, A> asked) {
    if (asked.place() != null) {
      asked.place().leave();
    }
  }

  /** Gives up what is in flight, and gives the model back, once. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (Asked<T, A> asked : window) {
      if (asked.answer() != null) {
        asked.answer().cancel(false);
      }
      leave(asked);
    }
    window.clear();
    release.run();
  }
}
