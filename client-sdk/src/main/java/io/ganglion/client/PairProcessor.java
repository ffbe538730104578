package io.ganglion.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ganglion.api.Classification;
import io.ganglion.api.TextPair;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A stream as a {@link Flow.Processor}. It holds at most as many items, sent or answered and not
 * yet emitted, as the stream may have in flight: it requests one more item from upstream for each
 * one that it emits. It signals downstream one at a time, on any thread that finds work in {@link
 * #drain}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failures reach the subscriber
final class PairProcessor<T, R> implements Flow.Processor<T, R>, Flow.Subscription {
  private record Answered<T>(T item, CompletableFuture<Classification> outcome) {}

  private final GrpcStream stream;
  private final int maxInFlight;
  private final Function<? super T, TextPair> pairOf;
  private final BiFunction<? super T, CompletableFuture<Classification>, ? extends R> result;

  private final Queue<Answered<T>> answered = new ConcurrentLinkedQueue<>();
  private final AtomicLong demand = new AtomicLong();
  private final AtomicInteger unemitted = new AtomicInteger();
  private final AtomicInteger drains = new AtomicInteger();
  private volatile boolean upstreamDone;
  private volatile @Nullable Throwable failure;
  private volatile boolean ended;
  private volatile Flow.@Nullable Subscription upstream;
  private volatile Flow.@Nullable Subscriber<? super R> downstream;

  @GuardedBy("this")
  private boolean subscribed;

  @GuardedBy("this")
  private boolean requested;

  PairProcessor(
      GrpcStream stream,
      int maxInFlight,
      Function<? super T, TextPair> pairOf,
      BiFunction<? super T, CompletableFuture<Classification>, ? extends R> result) {
    this.stream = stream;
    this.maxInFlight = maxInFlight;
    this.pairOf = pairOf;
    this.result = result;
  }

  // ---- as a publisher

  @Override
  public void subscribe(Flow.Subscriber<? super R> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    synchronized (this) {
      if (!subscribed) {
        subscribed = true;
        downstream = subscriber;
      } else {
        subscriber.onSubscribe(new Refused());
        subscriber.onError(new IllegalStateException("this processor has a subscriber already"));
        return;
      }
    }
    subscriber.onSubscribe(this);
    requestFirst();
    drain();
  }

  @Override
  public void request(long n) {
    if (n <= 0) {
      fail(new IllegalArgumentException("request must be positive (rule 3.9): " + n));
    } else {
      demand.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
    }
    drain();
  }

  @Override
  public void cancel() {
    ended = true;
    downstream = null;
    cancelUpstream();
    stream.cancel();
  }

  // ---- as a subscriber

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    Objects.requireNonNull(subscription, "subscription");
    if (upstream != null || ended) {
      subscription.cancel();
      return;
    }
    upstream = subscription;
    requestFirst();
  }

  /** Requests items once both sides are there, so that nothing is classified for nobody. */
  private void requestFirst() {
    Flow.Subscription source;
    synchronized (this) {
      if (downstream == null || upstream == null || unemitted.get() != 0 || requested) {
        return;
      }
      requested = true;
      source = upstream;
    }
    source.request(maxInFlight);
  }

  @Override
  public void onNext(T item) {
    Objects.requireNonNull(item, "item");
    if (ended) {
      return;
    }
    unemitted.incrementAndGet();
    CompletableFuture<Classification> future;
    try {
      future = stream.sendUnbounded(pairOf.apply(item));
    } catch (RuntimeException e) {
      fail(e);
      drain();
      return;
    }
    future.whenComplete(
        (answer, thrown) -> {
          answered.add(new Answered<>(item, future));
          drain();
        });
  }

  @Override
  public void onError(Throwable thrown) {
    fail(Objects.requireNonNull(thrown, "thrown"));
    upstreamDone = true; // after the failure, otherwise another thread might signal completion
    drain();
  }

  @Override
  public void onComplete() {
    upstreamDone = true;
    drain();
  }

  // ---- emission

  private void fail(Throwable thrown) {
    if (failure == null) {
      failure = thrown;
    }
  }

  private void drain() {
    if (drains.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      Flow.Subscriber<? super R> subscriber = downstream;
      if (subscriber != null) {
        emit(subscriber);
      }
      seen = drains.addAndGet(-seen);
    } while (seen != 0);
  }

  private void emit(Flow.Subscriber<? super R> subscriber) {
    while (!ended && failure == null && demand.get() > 0) {
      Answered<T> next = answered.poll();
      if (next == null) {
        break;
      }
      emitOne(subscriber, next);
    }
    if (ended) {
      return;
    }
    Throwable thrown = failure;
    if (thrown != null) {
      ended = true;
      cancelUpstream();
      stream.cancel();
      subscriber.onError(thrown);
    } else if (upstreamDone && unemitted.get() == 0) {
      ended = true;
      stream.finish();
      subscriber.onComplete();
    }
  }

  private void emitOne(Flow.Subscriber<? super R> subscriber, Answered<T> next) {
    R value;
    try {
      value = Objects.requireNonNull(result.apply(next.item(), next.outcome()), "result");
    } catch (CompletionException e) {
      fail(e.getCause() == null ? e : e.getCause());
      return;
    } catch (RuntimeException e) {
      fail(e);
      return;
    }
    demand.updateAndGet(n -> n == Long.MAX_VALUE ? n : n - 1);
    unemitted.decrementAndGet();
    try {
      subscriber.onNext(value);
    } catch (RuntimeException | Error e) {
      cancel(); // a subscriber must not throw: it gets no more signals
      throw e;
    }
    Flow.Subscription source = upstream;
    if (source != null && !upstreamDone) {
      source.request(1);
    }
  }

  private void cancelUpstream() {
    Flow.Subscription source = upstream;
    if (source != null && !upstreamDone) {
      source.cancel();
    }
  }

  /** The subscription of a second subscriber, which is refused. */
  private static final class Refused implements Flow.Subscription {
    @Override
    public void request(long n) {}

    @Override
    public void cancel() {}
  }
}
