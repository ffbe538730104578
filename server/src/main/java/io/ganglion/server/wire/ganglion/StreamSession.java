package io.ganglion.server.wire.ganglion;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.MessageLite;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.proto.v1.AnswerOrder;
import io.ganglion.proto.v1.StreamOptions;
import io.ganglion.server.grpc.ConnectionQuota;
import io.ganglion.server.grpc.ConnectionThread;
import io.ganglion.server.grpc.Intake;
import io.ganglion.server.grpc.LingeringCalls;
import io.ganglion.server.grpc.RequestMarshaller;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One stream of many requests. gRPC calls it on one thread at a time. Answers come on any thread.
 *
 * <p>Bounded in both directions: the server grants the client one more message only after an answer
 * was sent, and sends answers only while the client reads. So a stream never holds more than its
 * limit of items plus one.
 */
final class StreamSession<Q, R extends MessageLite> extends ServerCall.Listener<Q>
    implements LingeringCalls.Call {
  /** A client counts as not reading after this time. One that reads makes room far sooner. */
  private static final long STALL_NS = 1_000_000_000;

  private final Intake intake;
  private final ItemStream<Q, R> messages;
  private final ServerCall<Q, R> call;
  private final long streamDeadlineNs;
  private final ConnectionQuota quota;
  private final Executor connectionThread;

  /** Grants are given in groups, because each costs a hop to the connection's thread. */
  private final int grantLot;

  /** Touched only by gRPC's callbacks. */
  private boolean first = true;

  @GuardedBy("this")
  private final Map<Long, StreamItem<R>> inFlight = new HashMap<>();

  @GuardedBy("this")
  private AnswerQueue<R> answers = AnswerQueue.inCompletionOrder();

  @GuardedBy("this")
  private int grantsOwed;

  /** Size of the answers that wait for the client to read. */
  @GuardedBy("this")
  private long heldBytes;

  @GuardedBy("this")
  private boolean unwritten;

  @GuardedBy("this")
  private long lastSentNs;

  @GuardedBy("this")
  private boolean ended;

  @GuardedBy("this")
  private @Nullable Status endStatus;

  StreamSession(
      Intake intake, ItemStream<Q, R> messages, ServerCall<Q, R> call, long streamDeadlineNs) {
    this.intake = intake;
    this.messages = messages;
    this.call = call;
    this.streamDeadlineNs = streamDeadlineNs;
    this.quota = ConnectionQuota.of(call);
    this.connectionThread = ConnectionThread.of(call);
    this.lastSentNs = intake.clock().nanoTime();
    this.grantLot = Math.max(1, intake.limits().streamInFlight() / 4);
  }

  void start() {
    intake.calls().add(this);
    intake.events().onStream(1);
    call.sendHeaders(new Metadata());
    // One more than may be in flight, so that a cancellation can still be read.
    call.request(intake.limits().streamInFlight() + 1);
  }

  @Override
  public void onMessage(Q message) {
    if (RequestMarshaller.isMalformed(call, message)) {
      abort(); // its id is unknown
      return;
    }
    boolean wasFirst = first;
    first = false;
    long id = messages.id(message);
    switch (messages.action(message)) {
      case ITEM -> item(id, message);
      case CANCEL -> cancel(id);
      case OPTIONS -> options(id, messages.options(message), wasFirst);
      case NONE -> refuse(id, "action is not set");
    }
  }

  private void item(long id, Q message) {
    String complaint = messages.complaint(messages.size(message), intake.model());
    if (complaint != null) {
      refuse(id, complaint);
      return;
    }
    long arrivalNs = intake.clock().nanoTime();
    long deadlineNs = streamDeadlineNs;
    if (messages.timeoutMs(message) != 0) {
      long timeoutNs = Integer.toUnsignedLong(messages.timeoutMs(message)) * 1_000_000;
      deadlineNs = Math.min(deadlineNs, arrivalNs + timeoutNs);
    }
    StreamItem<R> item = new StreamItem<>(id, messages.size(message));
    synchronized (this) {
      if (inFlight.putIfAbsent(item.id(), item) != null) {
        item = null;
      } else {
        answers.expect(item);
      }
    }
    if (item == null) {
      refuse(id, "id " + Long.toUnsignedString(id) + " is in flight");
      return;
    }
    item.pending =
        intake.submit(
            messages.texts(message), arrivalNs, deadlineNs, quota, new ItemCompletion(item));
  }

  private void cancel(long id) {
    StreamItem<R> item;
    synchronized (this) {
      item = inFlight.get(id);
      owe(1);
    }
    if (item != null) {
      item.cancel();
    }
  }

  private void options(long id, StreamOptions options, boolean wasFirst) {
    if (!wasFirst) {
      refuse(id, "options must be the first message of the stream");
      return;
    }
    AnswerOrder order = options.getAnswerOrder();
    if (order == AnswerOrder.UNRECOGNIZED) {
      refuse(
          id, "options.answer_order " + options.getAnswerOrderValue() + " is not one of the known");
      return;
    }
    synchronized (this) {
      if (order == AnswerOrder.ANSWER_ORDER_REQUEST) {
        answers = AnswerQueue.inRequestOrder();
      }
      owe(1);
    }
  }

  /** Answers a message that did not become an item in flight. */
  private void refuse(long id, String why) {
    StreamItem<R> item = new StreamItem<>(id, 0);
    Outcome invalid = new Outcome.Invalid(why);
    intake.events().onOutcome(invalid, 0);
    synchronized (this) {
      answers.expect(item);
      hold(item, messages.error(id, Answers.error(invalid)));
      write();
    }
  }

  private void answer(StreamItem<R> item, ServedModel model, Outcome outcome) {
    R response = response(item, model, outcome);
    synchronized (this) {
      inFlight.remove(item.id());
      hold(item, response);
      unwritten = true;
    }
  }

  private R response(StreamItem<R> item, ServedModel model, Outcome outcome) {
    if (!(outcome instanceof Outcome.Answered answered)) {
      return messages.error(item.id(), Answers.error(outcome));
    }
    String complaint = messages.complaint(item.size(), model); // the model may have been swapped
    return complaint == null
        ? messages.answer(item.id(), model, answered, item.size())
        : messages.error(item.id(), Answers.error(new Outcome.Invalid(complaint)));
  }

  @GuardedBy("this")
  private void hold(StreamItem<R> item, R response) {
    if (!ended) {
      item.response = response;
      answers.answered(item);
      held(response.getSerializedSize());
    }
  }

  @GuardedBy("this")
  private void held(long change) {
    heldBytes += change;
    quota.holdUnread(change);
  }

  /** Sends available answers; all answers of a batch leave in one write. */
  private void flush() {
    synchronized (this) {
      if (!unwritten) {
        return;
      }
      unwritten = false;
    }
    connectionThread.execute(this::onReady);
  }

  private final class ItemCompletion implements Intake.ModelCompletion {
    private final StreamItem<R> item;

    ItemCompletion(StreamItem<R> item) {
      this.item = item;
    }

    @Override
    public void complete(ServedModel model, Outcome outcome) {
      answer(item, model, outcome);
    }

    @Override
    public void flush() {
      StreamSession.this.flush();
    }
  }

  /** Sends answers while the client reads. */
  @GuardedBy("this")
  private void write() {
    if (ended) {
      return;
    }
    R response;
    while (call.isReady() && (response = answers.poll()) != null) {
      held(-response.getSerializedSize());
      call.sendMessage(response);
      lastSentNs = intake.clock().nanoTime();
      owe(1);
    }
    if (endStatus != null && inFlight.isEmpty() && answers.size() == 0) {
      close();
      call.close(endStatus, new Metadata());
    }
  }

  @GuardedBy("this")
  private void owe(int grants) {
    grantsOwed += grants;
    if (grantsOwed >= grantLot) {
      call.request(grantsOwed);
      grantsOwed = 0;
    }
  }

  /**
   * Whether the stream waits only for its client to read, and has done so for a second: everything
   * that the client may send has been answered.
   */
  @Override
  public synchronized boolean stalled() {
    int grantsLeft = intake.limits().streamInFlight() + 1 - answers.size() - grantsOwed;
    return inFlight.isEmpty()
        && grantsLeft == 0
        && !call.isReady()
        && intake.clock().nanoTime() - lastSentNs > STALL_NS;
  }

  @Override
  public void onReady() {
    synchronized (this) {
      write();
    }
  }

  @Override
  public void onHalfClose() {
    end(Status.OK);
  }

  /** Ends the stream as soon as all its items are answered. The first given status counts. */
  @Override
  public void end(Status status) {
    synchronized (this) {
      if (endStatus == null) {
        endStatus = status;
      }
      write();
    }
  }

  @Override
  public void onCancel() {
    List<StreamItem<R>> items;
    synchronized (this) {
      close();
      items = new ArrayList<>(inFlight.values());
    }
    items.forEach(StreamItem::cancel);
  }

  /** Ends the stream at once and gives up items in flight. */
  private void abort() {
    onCancel();
    call.close(
        Status.INVALID_ARGUMENT.withDescription("a message is not of the method's request type"),
        new Metadata());
  }

  @GuardedBy("this")
  private void close() {
    ended = true;
    answers.clear();
    held(-heldBytes);
    if (intake.calls().remove(this)) {
      intake.events().onStream(-1);
    }
  }
}
