package io.ganglion.server.grpc;

import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.batch.PendingRequest;
import io.ganglion.engine.model.ServedModel;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
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
    return new Call(call).start();
  }

  private final class Call extends OneRequestCall<Q, R> implements Intake.ModelCompletion {
    private final AtomicReference<@Nullable Runnable> toSend = new AtomicReference<>();

    /** Set before the request is submitted. */
    private volatile Method<Q, R> own = method;

    /** Touched only by gRPC's callbacks, which come one after the other. */
    private @Nullable PendingRequest pending;

    Call(ServerCall<Q, R> call) {
      super(UnaryHandler.this.intake, call);
    }

    @Override
    void taken(Q request) {
      own = method.of(request);
      pending =
          own.submit(
              request, intake.clock().nanoTime(), deadlineNs, ConnectionQuota.of(call), this);
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
      toSend.set(
          () -> {
            if (outcome instanceof Outcome.Answered answered) {
              answer(own.answer(model, answered));
            } else {
              fail(outcome);
            }
          });
    }

    @Override
    public void flush() {
      Runnable answer = toSend.getAndSet(null);
      if (answer != null) {
        ConnectionThread.of(call).execute(answer);
      }
    }
  }
}
