package io.ganglion.server.grpc;

import io.ganglion.engine.batch.Outcome;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * A call with one request and one answer: waits for the request, and ends with the answer or a
 * status. gRPC calls it on one thread at a time.
 */
abstract class OneRequestCall<Q, R> extends ServerCall.Listener<Q> implements LingeringCalls.Call {
  final Intake intake;
  final ServerCall<Q, R> call;
  final long deadlineNs;
  private @Nullable Q request;

  OneRequestCall(Intake intake, ServerCall<Q, R> call) {
    this.intake = intake;
    this.call = call;
    this.deadlineNs = UnaryHandler.deadlineNs(intake.clock().nanoTime());
  }

  /** Begins the work on the request. Called once, if at all. */
  abstract void taken(Q request);

  /** Asks for the request; until it comes, a server that stops may end this call. */
  OneRequestCall<Q, R> start() {
    call.request(2); // a second request would be an error; ask for it, so that it is refused
    intake.calls().add(this);
    return this;
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
    Q whole = request;
    request = null; // from here on it is held no longer than the work on it needs
    if (whole == null) {
      end(Status.INVALID_ARGUMENT.withDescription("a unary call needs a request"));
    } else if (RequestMarshaller.isMalformed(call, whole)) {
      end(
          Status.INVALID_ARGUMENT.withDescription(
              "the message is not of the method's request type"));
    } else if (intake.calls().remove(this)) {
      taken(whole);
    }
  }

  void answer(R response) {
    call.sendHeaders(new Metadata());
    call.sendMessage(response);
    call.close(Status.OK, new Metadata());
  }

  void fail(Outcome outcome) {
    Status status = StatusMapper.status(outcome);
    call.close(status, StatusMapper.trailers(outcome, status));
  }
}
