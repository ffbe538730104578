package io.ganglion.server.grpc;

import io.ganglion.server.batch.Outcome;
import io.ganglion.server.batch.PendingRequest;
import io.ganglion.server.model.ServedModel;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Handles calls with one request and one answer. The request is read and encoded on gRPC's thread.
 * The answer is written on the connection's thread.
 */
public final class UnaryHandler<Q, R> implements ServerCallHandler<Q, R> {
  /** The differences between unary methods. */
  public interface Method<Q, R> {
    /** Hands the texts of {@code request} to the intake. */
    @Nullable PendingRequest submit(
        Q request,
        long arrivalNs,
        long deadlineNs,
        ConnectionQuota quota,
        Intake.ModelCompletion completion);

    R answer(ServedModel model, Outcome.Answered answered);

    /** This method for one request, if the answer depends on the request's options. */
    default Method<Q, R> of(Q request) {
      return this;
    }
  }

  static final Status MALFORMED =
      Status.INVALID_ARGUMENT.withDescription("the message is not of the method's request type");

  private final Intake intake;
  private final Method<Q, R> method;

  public UnaryHandler(Intake intake, Method<Q, R> method) {
    this.intake = intake;
    this.method = method;
  }

  /** The call's deadline, on the server's clock. */
  public static long deadlineNs(long nowNs) {
    Deadline deadline = Context.current().getDeadline();
    return deadline == null
        ? PendingRequest.NO_DEADLINE
        : nowNs + deadline.timeRemaining(TimeUnit.NANOSECONDS);
  }

  @Override
  public ServerCall.Listener<Q> startCall(ServerCall<Q, R> call, Metadata headers) {
    call.request(2); // a second request would be an error; ask for it, so that it is refused
    Listener listener = new Listener(call, deadlineNs(intake.clock().nanoTime()));
    intake.calls().add(listener); // until its request comes
    return listener;
  }

  private final class Listener extends ServerCall.Listener<Q>
      implements Intake.ModelCompletion, LingeringCalls.Call {
    private final ServerCall<Q, R> call;
    private final AtomicReference<@Nullable Runnable> toSend = new AtomicReference<>();
    private final long deadlineNs;
    private @Nullable Q request;

    /** Set before the request is submitted. */
    private volatile Method<Q, R> own = method;

    /** Touched only by gRPC's callbacks, which come one after the other. */
    private @Nullable PendingRequest pending;

    Listener(ServerCall<Q, R> call, long deadlineNs) {
      this.call = call;
      this.deadlineNs = deadlineNs;
    }

    /** Ends the call, unless its request was taken, which is then answered. */
    @Override
    public void end(Status status) {
      if (intake.calls().remove(this)) {
        call.close(status, new Metadata());
      }
    }

    @Override
    public boolean stalled() {
      return false;
    }

    @Override
    public void onMessage(Q message) {
      if (request != null) {
        end(Status.INVALID_ARGUMENT.withDescription("a unary call takes one request"));
      }
      request = message;
    }

    @Override
    public void onHalfClose() {
      if (request == null) {
        end(Status.INVALID_ARGUMENT.withDescription("a unary call needs a request"));
      } else if (RequestMarshaller.isMalformed(call, request)) {
        end(MALFORMED);
      } else if (intake.calls().remove(this)) {
        submit(request);
      }
    }

    private void submit(Q taken) {
      own = method.of(taken);
      pending =
          own.submit(taken, intake.clock().nanoTime(), deadlineNs, ConnectionQuota.of(call), this);
      request = null;
    }

    @Override
    public void onCancel() {
      intake.calls().remove(this);
      if (pending != null) {
        pending.cancel();
      }
    }

    @Override
    public void complete(ServedModel model, Outcome outcome) {
      toSend.set(() -> answer(model, outcome));
    }

    @Override
    public void flush() {
      Runnable answer = toSend.getAndSet(null);
      if (answer != null) {
        ConnectionThread.of(call).execute(answer);
      }
    }

    private void answer(ServedModel model, Outcome outcome) {
      if (outcome instanceof Outcome.Answered answered) {
        call.sendHeaders(new Metadata());
        call.sendMessage(own.answer(model, answered));
        call.close(Status.OK, new Metadata());
      } else {
        Status status = StatusMapper.status(outcome);
        call.close(status, StatusMapper.trailers(outcome, status));
      }
    }
  }
}
