package io.ganglion.engine;

import io.ganglion.api.GanglionException;
import io.ganglion.engine.batch.Client;
import io.ganglion.engine.batch.Completion;
import io.ganglion.engine.batch.ItemWindow;
import io.ganglion.engine.batch.NanoClock;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.batch.PendingRequest;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.runtime.text.TokenSequence;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A call of one or many texts. A bounded number of them is in flight; each batch that ends makes
 * room for the next. Texts are encoded, and the future is completed, on the engine's threads, never
 * on a core's. The first text that fails for another reason than itself ends the call. Thread-safe.
 *
 * @param <R> what the caller gets
 */
final class ItemsCall<R> extends CompletableFuture<R> {
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
  private final ItemWindow window;

  ItemsCall(ServedModel model, Items<R> items, Executor executor, NanoClock clock, Client client) {
    this.model = model;
    this.items = items;
    this.executor = executor;
    this.clock = clock;
    this.client = client;
    window = new ItemWindow(items.size(), ItemWindow.MOST_IN_FLIGHT);
  }

  void start() {
    executor.execute(this::proceed);
  }

  /** Submits what has room, and completes the future if that is due. */
  private void proceed() {
    window.proceed(
        () -> {
          try {
            fill();
            finishIfDue();
          } catch (GanglionException e) {
            completeExceptionally(e);
          } catch (RuntimeException | Error e) {
            completeExceptionally(Failures.bug(e));
          }
        });
  }

  private void fill() {
    if (isDone()) {
      window.cancel();
      return;
    }
    int index;
    while ((index = window.take()) >= 0) {
      submit(index);
    }
  }

  private void submit(int index) {
    String complaint = items.complaint(index);
    if (complaint != null) {
      window.completed(index, new Outcome.Invalid(complaint));
      return;
    }
    PendingRequest request =
        new PendingRequest(
            client,
            items.encode(index),
            clock.nanoTime(),
            PendingRequest.NO_DEADLINE,
            new ItemCompletion(index));
    if (model.scheduler().submit(request)) {
      window.submitted(index, request);
    } else {
      window.completed(index, new Outcome.Unavailable("the engine is closed", 0));
    }
  }

  private final class ItemCompletion implements Completion {
    private final int index;

    ItemCompletion(int index) {
      this.index = index;
    }

    @Override
    public void complete(Outcome outcome) {
      window.completed(index, outcome);
    }

    @Override
    public void flush() {
      if (window.takeNews()) {
        start();
      }
    }
  }

  private void finishIfDue() {
    ItemWindow.End end = window.takeEnd();
    if (end instanceof ItemWindow.End.Failed failed) {
      completeExceptionally(Failures.of(failed.outcome()));
    } else if (end instanceof ItemWindow.End.Complete complete) {
      complete(items.answer(complete.outcomes()));
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    if (cancelled) {
      window.cancel();
    }
    return cancelled;
  }
}
