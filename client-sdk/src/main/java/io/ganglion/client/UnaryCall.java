package io.ganglion.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ganglion.api.GanglionException;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One unary request with its retries and hedges. Several attempts may be in flight at once. The
 * first answer wins, and the others are cancelled. Any thread. No code of the caller or of gRPC is
 * called while {@code lock} is held.
 */
final class UnaryCall<Q, A, T> extends Reply<T> {
  private final ClientContext context;
  private final Rpc<Q, A, T> rpc;
  private final Q request;
  private final Duration deadline;
  private final long deadlineNs;
  private final Consumer<Reply<?>> onDone;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final List<Attempt> outstanding = new ArrayList<>(1);

  @GuardedBy("lock")
  private int attempts;

  @GuardedBy("lock")
  private int unreached;

  @GuardedBy("lock")
  private boolean done;

  @GuardedBy("lock")
  private @Nullable GanglionException lastFailure;

  @GuardedBy("lock")
  private @Nullable ScheduledFuture<?> wakeUp;

  @GuardedBy("lock")
  private @Nullable ScheduledFuture<?> hedge;

  /**
   * @param onDone run once, after the future's continuations
   */
  UnaryCall(
      ClientContext context,
      Rpc<Q, A, T> rpc,
      Q request,
      Duration deadline,
      Consumer<Reply<?>> onDone) {
    this.context = context;
    this.rpc = rpc;
    this.request = request;
    this.deadline = deadline;
    this.deadlineNs = context.nowNs() + deadline.toNanos();
    this.onDone = onDone;
  }

  void start() {
    context.observers().started();
    attempt(ClientObserver.Attempt.FIRST);
    Duration hedgeAfter = context.config().hedgeAfter();
    if (hedgeAfter != null) {
      planHedge(hedgeAfter); // now: a hedge that comes before the first attempt would be lost
    }
  }

  private void planHedge(Duration after) {
    ScheduledFuture<?> planned = context.after(after.toNanos(), this::hedge);
    if (planned == null) {
      return;
    }
    synchronized (lock) {
      if (!done) {
        hedge = planned;
        return;
      }
    }
    planned.cancel(false);
  }

  private void attempt(ClientObserver.Attempt kind) {
    long leftNs = deadlineNs - context.nowNs();
    if (leftNs <= 0) {
      expire();
      return;
    }
    try {
      Attempt attempt = new Attempt(leftNs);
      synchronized (lock) {
        if (done) {
          return;
        }
        attempts++;
        outstanding.add(attempt);
      }
      context.observers().attempted(kind);
      attempt.start();
    } catch (RuntimeException | Error e) { // thrown by an interceptor or the token's supplier
      finish(null, Errors.bug(e));
    }
  }

  private void hedge() {
    synchronized (lock) {
      // With nothing outstanding, a retry is already waiting: one copy is enough.
      if (done || outstanding.isEmpty() || attempts >= context.retry().maxAttempts()) {
        return;
      }
    }
    if (context.budget().tryTake()) {
      attempt(ClientObserver.Attempt.HEDGE);
    }
  }

  private void failed(Attempt attempt, Status status, Metadata trailers) {
    boolean reached = attempt.reachedAServer();
    GanglionException failure =
        status.isOk()
            ? Errors.unanswered()
            : Errors.of(status, trailers, context.noteReached(reached));
    long delayNs;
    boolean last;
    synchronized (lock) {
      outstanding.remove(attempt);
      if (done) {
        return;
      }
      lastFailure = failure.retryable() ? failure : lastFailure;
      last = outstanding.isEmpty();
      delayNs = reached ? answeredDelay(failure) : unreachedDelay(failure);
    }
    if (!failure.retryable()) {
      finish(null, failure instanceof GanglionException.DeadlineExceeded ? expired() : failure);
    } else if (last) {
      retry(failure, reached, delayNs);
    }
  }

  @GuardedBy("lock")
  private long answeredDelay(GanglionException failure) {
    return context.retry().delayNs(attempts, failure, context.random());
  }

  /** Retries until the deadline: a request that reached no server adds no load. */
  @GuardedBy("lock")
  private long unreachedDelay(GanglionException failure) {
    if (!context.retry().retries() || !failure.retryable()) {
      return RetryPolicy.STOP;
    }
    attempts--;
    unreached++;
    return context.retry().backoffNs(unreached, context.random());
  }

  private void retry(GanglionException failure, boolean reached, long delayNs) {
    boolean inTime = delayNs < deadlineNs - context.nowNs();
    if (delayNs == RetryPolicy.STOP || !inTime || (reached && !context.budget().tryTake())) {
      finish(null, failure);
      return;
    }
    ScheduledFuture<?> planned =
        context.after(
            delayNs,
            () -> {
              if (!reached) {
                context.connectNow();
              }
              attempt(ClientObserver.Attempt.RETRY);
            });
    if (planned == null) {
      finish(null, Errors.closed());
      return;
    }
    synchronized (lock) {
      if (!done) {
        wakeUp = planned;
        return;
      }
    }
    planned.cancel(false);
  }

  private GanglionException expired() {
    synchronized (lock) {
      return Errors.expired(deadline, lastFailure);
    }
  }

  private void finish(@Nullable T answer, @Nullable GanglionException failure) {
    if (end()) {
      context.observers().ended(answer, failure, latencyNs());
      context.complete(
          context.executor(),
          () -> {
            try {
              settle(answer, failure);
            } finally {
              onDone.accept(this);
            }
          });
    }
  }

  @Override
  void abandon() {
    if (end()) {
      context.observers().ended(null, null, latencyNs());
      onDone.accept(this);
    }
  }

  private long latencyNs() {
    return context.nowNs() - (deadlineNs - deadline.toNanos());
  }

  @Override
  long deadlineNs() {
    return deadlineNs;
  }

  @Override
  void expire() {
    finish(null, expired());
  }

  /** Stops timers and all attempts. Returns true only the first time. */
  private boolean end() {
    List<Attempt> losers;
    synchronized (lock) {
      if (done) {
        return false;
      }
      done = true;
      losers = List.copyOf(outstanding);
      outstanding.clear();
      if (wakeUp != null) {
        wakeUp.cancel(false);
      }
      if (hedge != null) {
        hedge.cancel(false);
      }
    }
    losers.forEach(Attempt::cancel);
    return true;
  }

  private enum State {
    NEW,
    STARTED,
    CANCELLED
  }

  /** One RPC. Its callbacks come one at a time. */
  private final class Attempt extends ClientCall.Listener<A> {
    private final ClientCall<Q, A> call;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private @Nullable A response;

    Attempt(long leftNs) {
      this.call =
          context
              .channel()
              .newCall(
                  rpc.method(),
                  CallOptions.DEFAULT.withDeadlineAfter(leftNs, TimeUnit.NANOSECONDS));
    }

    void start() {
      try {
        call.start(this, new Metadata());
        call.request(2); // one more than the answer, so that the status can follow it
        call.sendMessage(request);
        call.halfClose();
      } catch (RejectedExecutionException e) { // the caller's channel is shut down
        failed(
            this, Status.UNAVAILABLE.withDescription("the channel is shut down"), new Metadata());
        return;
      }
      if (!state.compareAndSet(State.NEW, State.STARTED)) {
        call.cancel("no longer wanted", null);
      }
    }

    /**
     * Cancels the call. Any thread. If the call is just being started, the starting thread cancels
     * it.
     */
    void cancel() {
      if (state.getAndSet(State.CANCELLED) == State.STARTED) {
        call.cancel("no longer wanted", null);
      }
    }

    boolean reachedAServer() {
      return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) != null;
    }

    @Override
    public void onMessage(A message) {
      response = message;
    }

    /**
     * Must not throw: gRPC would only log the exception, and the request would wait for its
     * deadline.
     */
    @Override
    public void onClose(Status status, Metadata trailers) {
      try {
        A answered = response;
        if (status.isOk() && answered != null) {
          answered(answered);
        } else {
          failed(this, status, trailers);
        }
      } catch (GanglionException malformed) {
        finish(null, malformed);
      } catch (RuntimeException | Error e) {
        finish(null, Errors.bug(e));
      }
    }

    private void answered(A message) {
      synchronized (lock) {
        outstanding.remove(this);
      }
      context.noteReached(true);
      context.budget().onAnswer();
      finish(rpc.reader().apply(message), null);
    }
  }
}
