package io.ganglion.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Sends a list in parts, each in a call of its own, a few at a time. Ends with the answers to all
 * parts, in order, or with the first failure, which cancels the others. Any thread.
 *
 * @param <P> answer to a part
 * @param <R> what the caller gets
 */
@SuppressWarnings("FutureReturnValueIgnored") // each continuation handles its failures
final class SplitCall<P, R> extends CompletableFuture<R> {
  /** Enough that a server always has the next part, and few enough to bound what is in memory. */
  private static final int MOST_IN_FLIGHT = 4;

  /** A quarter of what a server takes, so that parts end and others begin. */
  private static final int MOST_ITEMS = 256;

  /** Half of what a message may have. */
  private static final int MOST_BYTES = 2 << 20;

  private final List<Part> parts;
  private final Function<Part, CompletableFuture<P>> send;
  private final Function<List<P>, R> join;
  private final AtomicInteger wakeUps = new AtomicInteger();

  @GuardedBy("this")
  private final Map<Integer, P> answers = new HashMap<>();

  @GuardedBy("this")
  private final Map<Integer, CompletableFuture<P>> inFlight = new HashMap<>();

  @GuardedBy("this")
  private int next;

  /**
   * A part of a list.
   *
   * @param from index of its first item
   * @param items the items
   */
  record Part(int from, List<String> items) {
    Part {
      items = List.copyOf(items);
    }

    /**
     * The place of an item among all.
     *
     * @throws IllegalArgumentException if the part has no such item
     */
    int place(int index) {
      if (index < 0 || index >= items.size()) {
        throw new IllegalArgumentException(
            "item %s of %d".formatted(Integer.toUnsignedString(index), items.size()));
      }
      return from + index;
    }
  }

  /**
   * @param send sends a part
   * @param join makes the whole answer of those to the parts, in order
   */
  SplitCall(
      List<Part> parts, Function<Part, CompletableFuture<P>> send, Function<List<P>, R> join) {
    this.parts = parts;
    this.send = send;
    this.join = join;
    whenComplete(
        (all, thrown) -> {
          if (thrown != null) {
            cancelParts();
          }
        });
    if (parts.isEmpty()) {
      complete(join.apply(List.of()));
    }
  }

  /** Cuts texts into parts of bounded size. */
  static List<Part> cut(List<String> texts) {
    List<Part> parts = new ArrayList<>();
    int from = 0;
    long size = 0;
    for (int i = 0; i < texts.size(); i++) {
      long bytes = 3L * texts.get(i).length(); // at most, in UTF-8
      if (i > from && (i - from == MOST_ITEMS || size + bytes > MOST_BYTES)) {
        parts.add(new Part(from, texts.subList(from, i)));
        from = i;
        size = 0;
      }
      size += bytes;
    }
    if (from < texts.size()) {
      parts.add(new Part(from, texts.subList(from, texts.size())));
    }
    return parts;
  }

  /** Sends parts while there is room. One thread sends at a time; others tell it to look again. */
  void sendMore() {
    if (wakeUps.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      int index;
      while ((index = take()) >= 0) {
        send(index);
      }
      seen = wakeUps.addAndGet(-seen);
    } while (seen != 0);
  }

  private synchronized int take() {
    boolean room = next < parts.size() && next - answers.size() < MOST_IN_FLIGHT;
    return room && !isDone() ? next++ : -1;
  }

  private void send(int index) {
    CompletableFuture<P> call = send.apply(parts.get(index));
    synchronized (this) {
      inFlight.put(index, call);
    }
    call.whenComplete((answer, thrown) -> ended(index, answer, thrown));
    if (isDone()) {
      cancelParts();
    }
  }

  private void ended(int index, P answer, Throwable thrown) {
    boolean whole;
    List<P> all = new ArrayList<>();
    synchronized (this) {
      inFlight.remove(index);
      if (thrown == null) {
        answers.put(index, answer);
      }
      whole = answers.size() == parts.size();
      for (int i = 0; whole && i < parts.size(); i++) {
        all.add(Objects.requireNonNull(answers.get(i)));
      }
    }
    if (thrown != null) {
      completeExceptionally(thrown);
    } else if (whole) {
      complete(join.apply(all));
    } else {
      sendMore();
    }
  }

  private void cancelParts() {
    List<CompletableFuture<P>> left;
    synchronized (this) {
      left = List.copyOf(inFlight.values());
    }
    left.forEach(call -> call.cancel(false));
  }
}
