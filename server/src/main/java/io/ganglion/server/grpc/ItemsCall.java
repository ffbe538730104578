package io.ganglion.server.grpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ganglion.engine.batch.ItemWindow;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.batch.PendingRequest;
import io.ganglion.engine.model.ServedModel;
import io.grpc.ServerCall;
import java.util.concurrent.Executor;
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
  /** Items that are encoded before other calls of the thread have their turn. */
  private static final int TURN = 8;

  /** Chars of text that are enough for a turn, whatever the number of items. */
  private static final int TURN_CHARS = 8 << 10;

  private static final Outcome SWAPPED =
      new Outcome.Unavailable("the model was swapped during the call; send it again", 0);

  private final ConnectionQuota quota;
  private final Executor connectionThread;
  private final int mostInFlight;
  private long arrivalNs;

  /** That of the request, once there is one. */
  private volatile ItemsHandler.Method<Q, R> method;

  /** Set before the first item is submitted; a call may be cancelled before. */
  private volatile @Nullable Items<Q> items;

  @GuardedBy("this")
  private @Nullable ServedModel answering;

  /** The request, and where its items are. */
  private record Items<Q>(Q request, ItemWindow window) {}

  ItemsCall(Intake intake, ItemsHandler.Method<Q, R> method, ServerCall<Q, R> call) {
    super(intake, call);
    this.method = method;
    quota = ConnectionQuota.of(call);
    connectionThread = ConnectionThread.of(call);
    // Half of the connection's, so that its other calls go on.
    mostInFlight = Math.max(1, Math.min(ItemWindow.MOST_IN_FLIGHT, quota.limit() / 2));
  }

  @Override
  void taken(Q taken) {
    method = method.of(taken);
    arrivalNs = intake.clock().nanoTime();
    String complaint = method.complaint(taken, intake.model());
    if (complaint != null) {
      Outcome invalid = new Outcome.Invalid(complaint);
      intake.events().onOutcome(invalid, 0);
      fail(invalid);
      return;
    }
    Items<Q> all = new Items<>(taken, new ItemWindow(method.size(taken), mostInFlight));
    items = all;
    proceed(all);
  }

  /** Submits what has room and ends the call if that is due. */
  private void proceed(Items<Q> all) {
    all.window.proceed(
        () -> {
          if (fill(all)) {
            connectionThread.execute(() -> proceed(all));
          }
          finishIfDue(all);
        });
  }

  /** Returns whether there is room for more after this turn. */
  private boolean fill(Items<Q> all) {
    int chars = 0;
    for (int i = 0; i < TURN && chars < TURN_CHARS; i++) {
      int index = all.window.take();
      if (index < 0) {
        return false;
      }
      chars += submit(all, index);
    }
    return true;
  }

  /** Returns the size of the item's texts. */
  private int submit(Items<Q> all, int index) {
    Texts texts = method.item(all.request, index);
    PendingRequest submitted =
        intake.submit(texts, arrivalNs, deadlineNs, quota, new ItemCompletion(all, index));
    if (submitted != null) {
      all.window.submitted(index, submitted);
    }
    return texts.length();
  }

  private final class ItemCompletion implements Intake.ModelCompletion {
    private final Items<Q> all;
    private final int index;

    ItemCompletion(Items<Q> all, int index) {
      this.all = all;
      this.index = index;
    }

    @Override
    public void complete(ServedModel model, Outcome outcome) {
      boolean swapped = isAnother(model) && ItemWindow.isOfItem(outcome);
      all.window.completed(index, swapped ? SWAPPED : outcome);
    }

    @Override
    public void flush() {
      if (all.window.takeNews()) {
        connectionThread.execute(() -> proceed(all));
      }
    }
  }

  /** Whether the model is another one than that of the outcome before. */
  private synchronized boolean isAnother(ServedModel model) {
    boolean another = answering != null && answering != model;
    answering = model;
    return another;
  }

  private synchronized @Nullable ServedModel answering() {
    return answering;
  }

  private void finishIfDue(Items<Q> all) {
    ItemWindow.End end = all.window.takeEnd();
    ServedModel model = answering();
    if (end instanceof ItemWindow.End.Failed failed) {
      fail(failed.outcome());
    } else if (end instanceof ItemWindow.End.Complete complete && model != null) {
      answer(method.answer(all.request, model, complete.outcomes()));
    }
  }

  @Override
  public void onCancel() {
    intake.calls().remove(this);
    Items<Q> all = items;
    if (all != null) {
      all.window.cancel();
    }
  }
}
