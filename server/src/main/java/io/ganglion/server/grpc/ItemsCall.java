package io.ganglion.server.grpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.batch.PendingRequest;
import io.ganglion.engine.model.ServedModel;
import io.grpc.ServerCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One call of many items. gRPC calls it on one thread at a time; outcomes come on any thread.
 *
 * <p>A bounded number of its items is in flight; each outcome makes room for the next. They are
 * encoded on the connection's thread, a few at a time, so that other calls of the connection are
 * served in between. The first item that fails for another reason than its own text ends the call
 * with its status, and the others are cancelled.
 */
final class ItemsCall<Q, R> extends OneRequestCall<Q, R> {
  /** More in flight fill no batch better. */
  private static final int MOST_IN_FLIGHT = 128;

  /** Items that are encoded before other calls of the thread have their turn. */
  private static final int TURN = 8;

  /** Bytes of text that are enough for a turn, whatever the number of items. */
  private static final int TURN_BYTES = 8 << 10;

  private static final Outcome SWAPPED =
      new Outcome.Unavailable("the model was swapped during the call; send it again", 0);

  private final ConnectionQuota quota;
  private final Executor connectionThread;
  private final int mostInFlight;
  private final AtomicInteger wakeUps = new AtomicInteger();
  private long arrivalNs;

  /** That of the request, once there is one. */
  private volatile ItemsHandler.Method<Q, R> method;

  /** Set before the first item is submitted. */
  private volatile @Nullable Q request;

  @GuardedBy("this")
  private @Nullable Outcome[] outcomes = {};

  @GuardedBy("this")
  private @Nullable PendingRequest[] pending = {};

  @GuardedBy("this")
  private int next;

  @GuardedBy("this")
  private int done;

  /** Whether outcomes have come since this call last went on. */
  @GuardedBy("this")
  private boolean unseen;

  @GuardedBy("this")
  private boolean ended;

  @GuardedBy("this")
  private @Nullable Outcome failure;

  @GuardedBy("this")
  private @Nullable ServedModel answering;

  ItemsCall(Intake intake, ItemsHandler.Method<Q, R> method, ServerCall<Q, R> call) {
    super(intake, call);
    this.method = method;
    quota = ConnectionQuota.of(call);
    connectionThread = ConnectionThread.of(call);
    // Half of the connection's, so that its other calls go on.
    mostInFlight = Math.max(1, Math.min(MOST_IN_FLIGHT, quota.limit() / 2));
  }

  @Override
  void taken(Q taken) {
    method = method.of(taken);
    request = taken;
    arrivalNs = intake.clock().nanoTime();
    String complaint = method.complaint(taken, intake.model());
    if (complaint != null) {
      Outcome invalid = new Outcome.Invalid(complaint);
      intake.events().onOutcome(invalid, 0);
      synchronized (this) {
        ended = true;
      }
      fail(invalid);
      return;
    }
    int size = method.size(taken);
    synchronized (this) {
      outcomes = new Outcome[size];
      pending = new PendingRequest[size];
    }
    proceed();
  }

  /** Submits what has room and ends the call if that is due. One thread at a time does so. */
  private void proceed() {
    if (wakeUps.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      if (fill()) {
        connectionThread.execute(this::proceed);
      }
      finishIfDue();
      seen = wakeUps.addAndGet(-seen);
    } while (seen != 0);
  }

  /** Returns whether there is room for more after this turn. */
  private boolean fill() {
    int bytes = 0;
    for (int i = 0; i < TURN && bytes < TURN_BYTES; i++) {
      int index = take();
      if (index < 0) {
        return false;
      }
      bytes += submit(index);
    }
    return true;
  }

  /** The next item if it may be submitted now, otherwise -1. */
  private synchronized int take() {
    boolean room = next < outcomes.length && next - done < mostInFlight;
    return room && !ended && failure == null ? next++ : -1;
  }

  /** Returns the size of the item's texts. */
  private int submit(int index) {
    Q taken = request;
    if (taken == null) {
      throw new IllegalStateException("no request to take an item from");
    }
    Texts texts = method.item(taken, index);
    PendingRequest submitted =
        intake.submit(texts, arrivalNs, deadlineNs, quota, new ItemCompletion(index));
    boolean unwanted;
    synchronized (this) {
      unwanted = ended || failure != null;
      pending[index] = outcomes[index] == null ? submitted : null;
    }
    if (unwanted && submitted != null) {
      submitted.cancel();
    }
    return texts.bytes();
  }

  private final class ItemCompletion implements Intake.ModelCompletion {
    private final int index;

    ItemCompletion(int index) {
      this.index = index;
    }

    @Override
    public void complete(ServedModel model, Outcome outcome) {
      completed(index, model, outcome);
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
    connectionThread.execute(this::proceed);
  }

  private synchronized void completed(int index, ServedModel model, Outcome outcome) {
    outcomes[index] = outcome;
    pending[index] = null;
    done++;
    unseen = true;
    boolean answered = outcome instanceof Outcome.Answered;
    if (failure == null && !answered && !(outcome instanceof Outcome.Invalid)) {
      failure = outcome;
    } else if (failure == null && answering != null && answering != model) {
      failure = SWAPPED;
    }
    answering = model;
  }

  private void finishIfDue() {
    Outcome failed;
    ServedModel model;
    List<Outcome> all = new ArrayList<>();
    synchronized (this) {
      failed = failure;
      model = answering;
      boolean whole = done == outcomes.length && outcomes.length > 0;
      if (ended || (failed == null && !whole)) {
        return;
      }
      ended = true;
      for (Outcome outcome : outcomes) {
        if (outcome != null) {
          all.add(outcome);
        }
      }
    }
    Q taken = request;
    if (failed != null) {
      cancelPending();
      fail(failed);
    } else if (model != null && taken != null) {
      answer(method.answer(taken, model, all));
    }
  }

  @Override
  public void onCancel() {
    intake.calls().remove(this);
    synchronized (this) {
      ended = true;
    }
    cancelPending();
  }

  private void cancelPending() {
    List<PendingRequest> left = new ArrayList<>();
    synchronized (this) {
      for (PendingRequest item : pending) {
        if (item != null) {
          left.add(item);
        }
      }
    }
    left.forEach(PendingRequest::cancel);
  }
}
