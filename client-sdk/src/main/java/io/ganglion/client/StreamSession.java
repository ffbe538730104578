package io.ganglion.client;

import io.ganglion.api.Classification;
import io.ganglion.api.GanglionException;
import io.ganglion.client.ClientObserver.Attempt;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the items of one logical stream until each has its outcome, over as many RPCs as needed.
 * All state belongs to {@code context}, which runs one event at a time on the thread that brings
 * it. Only the methods under "for other threads" may be called from outside the context.
 *
 * <p>An item is in {@code open} from its submission to its outcome and leaves it exactly once.
 * Answers for other ids are dropped, so a re-sent item cannot be answered twice.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the future of a session's end never fails
final class StreamSession {
  private final ClientContext client;
  private final ItemDelivery delivery;
  private final ExpiryTimer expiry;
  private final SynchronizationContext context =
      new SynchronizationContext((thread, thrown) -> failed(thrown));
  private final CompletableFuture<Void> finished = new CompletableFuture<>();

  private final Map<Long, StreamItem> open = new HashMap<>();

  /** By id, so that an item that must be sent again regains its place. */
  private final TreeMap<Long, StreamItem> toSend = new TreeMap<>();

  private final StreamConnections connections;
  private boolean finishing;
  private boolean closed;

  StreamSession(ClientContext client, boolean ordered, InFlightPermits permits) {
    this.client = client;
    this.connections = new StreamConnections(client, this, context);
    this.delivery = new ItemDelivery(client, permits, ordered, this::idle);
    this.expiry = new ExpiryTimer(client, ExpiryTimer.PROMPT_NS, this::expireDue);
  }

  // ---- for other threads

  /** Takes an item. The caller has acquired its permit, if it needs one. */
  StreamItem submit(long id, ClassifyRequest request, Duration deadline, boolean holdsPermit) {
    long deadlineNs = client.nowNs() + deadline.toNanos();
    StreamItem item = new StreamItem(this, id, request, deadline, deadlineNs, holdsPermit);
    if (delivery.accept(item)) {
      client.observers().started();
      context.execute(() -> admit(item));
    }
    return item;
  }

  /** Refuses items from now on, even while the context is busy. */
  void refuse() {
    delivery.refuse();
  }

  /** See {@link OpenRequests#awaitSettled}. */
  boolean awaitSettled() throws InterruptedException {
    return delivery.awaitSettled();
  }

  void expireDue() {
    context.execute(this::expire);
  }

  void abandoned(StreamItem item) {
    context.execute(() -> onAbandoned(item));
  }

  /** Refuses further items. The future completes when all items have their outcome. */
  CompletableFuture<Void> finish() {
    delivery.refuse();
    delivery.leaveOutCallers();
    context.execute(
        () -> {
          finishing = true;
          endIfDone();
        });
    return finished;
  }

  void onFinished(Runnable task) {
    finished.thenRun(task);
  }

  /** Cancels all items that have no outcome. */
  void closeNow() {
    delivery.refuse();
    context.execute(this::onCloseNow);
  }

  private void idle() {
    context.execute(this::endIfDone);
  }

  // ---- events of connections

  void ready() {
    context.execute(this::pump);
  }

  void answered(StreamConnection connection, ClassifyStreamResponse message) {
    context.execute(() -> onAnswer(connection, message));
  }

  void closed(StreamConnection connection, Status status, Metadata trailers) {
    context.execute(() -> onClosed(connection, status, trailers));
  }

  // ---- in context: sending

  private void admit(StreamItem item) {
    delivery.admitted(item);
    if (closed) {
      end(item, null, Errors.closed());
      return;
    }
    open.put(item.id, item);
    toSend.put(item.id, item);
    expiry.arm(item.deadlineNs);
    pump();
  }

  /** Sends what can be sent. In context. */
  void pump() {
    while (!toSend.isEmpty()) {
      StreamConnection connection = connections.forNewItems();
      if (connection == null || !connection.isReady()) {
        return;
      }
      StreamItem item = toSend.pollFirstEntry().getValue();
      item.sentOn = connection;
      client.observers().attempted(item.attempts == 0 ? Attempt.FIRST : Attempt.RETRY);
      item.attempts++;
      long now = client.nowNs();
      connection.silence.asked(now);
      connection.send(item, item.deadlineNs - now);
    }
  }

  // ---- in context: answers

  private void onAnswer(StreamConnection connection, ClassifyStreamResponse message) {
    client.noteReached(true);
    connection.silence.heard();
    connection.readMore();
    StreamItem item = open.get(message.getId());
    if (item == null) {
      return;
    }
    connection.answered = true;
    switch (message.getOutcomeCase()) {
      case RESPONSE -> onResponse(item, message.getResponse());
      case ERROR -> onItemError(connection, item, Errors.of(message.getError()));
      case OUTCOME_NOT_SET -> end(item, null, Errors.unanswered());
    }
  }

  private void onResponse(StreamItem item, ClassifyResponse response) {
    connections.answered();
    client.budget().onAnswer();
    Classification answer;
    try {
      answer = Wire.answer(response);
    } catch (GanglionException malformed) {
      end(item, null, malformed);
      return;
    }
    end(item, answer, null);
  }

  private void onItemError(
      StreamConnection connection, StreamItem item, GanglionException failure) {
    if (failure instanceof GanglionException.Unavailable && !item.abandoned) {
      connections.retire(connection); // the server is stopping, or has no healthy core
    }
    if (item.sentOn != connection) {
      return; // the item has been sent again; the copy will be answered
    }
    if (failure instanceof GanglionException.DeadlineExceeded) {
      end(item, null, Errors.expired(item.deadline, item.lastFailure));
      return;
    }
    item.lastFailure = failure;
    long delayNs = client.retry().delayNs(item.attempts, failure, client.random());
    boolean inTime = delayNs < item.deadlineNs - client.nowNs();
    if (item.abandoned || delayNs == RetryPolicy.STOP || !inTime || !client.budget().tryTake()) {
      end(item, null, failure);
      return;
    }
    item.sentOn = null;
    if (client.after(delayNs, () -> context.execute(() -> sendAgain(item))) == null) {
      end(item, null, Errors.closed());
    }
  }

  private void sendAgain(StreamItem item) {
    if (!item.finished) {
      toSend.put(item.id, item);
      pump();
    }
  }

  private void onAbandoned(StreamItem item) {
    if (item.finished) {
      return;
    }
    item.abandoned = true;
    if (item.sentOn == null) {
      end(item, null, null);
    } else {
      // It keeps its permit until the server answers, so that cancelled items stay within the bound
      // too.
      item.sentOn.cancelItem(item);
    }
  }

  // ---- in context: lost connections

  private void onClosed(StreamConnection connection, Status status, Metadata trailers) {
    boolean wasCurrent = connections.ended(connection);
    GanglionException failure =
        status.isOk()
            ? Errors.unanswered()
            : Errors.of(status, trailers, client.noteReached(connection.reachedAServer()));
    for (StreamItem item : List.copyOf(open.values())) {
      if (item.sentOn == connection) {
        reclaim(item, failure);
      }
    }
    if (wasCurrent && !(status.isOk() && connection.answered)) {
      connections.broke(connection, failure);
    }
    pump();
  }

  private void reclaim(StreamItem item, GanglionException failure) {
    item.sentOn = null;
    item.lastFailure = failure;
    boolean again =
        !item.abandoned
            && client.retry().retries()
            && failure.retryable()
            && item.attempts < client.retry().maxAttempts();
    if (again) {
      toSend.put(item.id, item);
    } else {
      end(item, null, failure);
    }
  }

  /** Fails the items that were not sent. In context. */
  void failWaiting(GanglionException failure) {
    List<StreamItem> waiting = List.copyOf(toSend.values());
    for (StreamItem item : waiting) {
      end(item, null, failure);
    }
  }

  // ---- in context: ends

  private void expire() {
    expiry.fired();
    long now = client.nowNs();
    long earliestNs = Long.MAX_VALUE;
    List<StreamItem> due = new ArrayList<>();
    for (StreamItem item : open.values()) {
      long leftNs = item.deadlineNs - now;
      if (leftNs <= 0) {
        due.add(item);
      } else {
        earliestNs = Math.min(earliestNs, leftNs);
      }
    }
    for (StreamItem item : due) {
      GanglionException last = item.attempts == 0 ? connections.connectFailure() : item.lastFailure;
      end(item, null, Errors.expired(item.deadline, last));
      StreamConnection connection = item.sentOn;
      if (connection != null && connection.silence.ended(1, now)) {
        connection.silence.heard(); // so that this is done only once
        connection.cancel("the connection has gone silent", new Silence.Left());
      }
    }
    if (earliestNs != Long.MAX_VALUE) {
      expiry.arm(now + earliestNs);
    }
    pump();
  }

  /**
   * Takes an item out of {@code open}; nothing else does. Without answer and failure the item is
   * cancelled.
   */
  private void end(
      StreamItem item, @Nullable Classification answer, @Nullable GanglionException failure) {
    if (item.finished) {
      return;
    }
    item.finished = true;
    item.answer = answer;
    item.failure = failure;
    client.observers().ended(answer, failure, client.nowNs() - item.acceptedNs());
    open.remove(item.id);
    toSend.remove(item.id);
    delivery.finished(item);
  }

  private void endIfDone() {
    if (!(finishing || closed) || !delivery.idle()) {
      return;
    }
    connections.halfClose();
    expiry.cancel();
    if (!finished.isDone()) {
      delivery.after(() -> finished.complete(null));
    }
  }

  private void onCloseNow() {
    closed = true;
    connections.cancel();
    List.copyOf(open.values()).forEach(item -> end(item, null, null));
    endIfDone();
  }

  private void failed(Throwable thrown) {
    GanglionException bug = Errors.bug(thrown);
    context.execute(
        () -> {
          List.copyOf(open.values()).forEach(item -> end(item, null, bug));
          onCloseNow();
        });
  }
}
