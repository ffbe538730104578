package io.ganglion.client;

import io.ganglion.api.GanglionException;
import io.ganglion.api.ModelInfo;
import io.ganglion.proto.v1.GetModelRequest;
import io.ganglion.proto.v1.GetModelResponse;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One GetModel call. It is not retried. Any thread. */
final class ModelCall extends Reply<ModelInfo> {
  private final ClientContext context;
  private final Duration deadline;
  private final long deadlineNs;
  private final Consumer<ModelCall> onDone;
  private final AtomicBoolean done = new AtomicBoolean();
  private volatile @Nullable ClientCall<GetModelRequest, GetModelResponse> call;

  /**
   * @param onDone run once, after the future's continuations
   */
  ModelCall(ClientContext context, Consumer<ModelCall> onDone) {
    this.context = context;
    this.deadline = context.config().deadline();
    this.deadlineNs = context.nowNs() + deadline.toNanos();
    this.onDone = onDone;
  }

  void start() {
    try {
      ClientCall<GetModelRequest, GetModelResponse> started =
          context
              .channel()
              .newCall(
                  PairClassifierGrpc.getGetModelMethod(),
                  CallOptions.DEFAULT.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS));
      started.start(new Listener(started), new Metadata());
      call = started;
      started.request(2); // one more than the answer, so that the status can follow it
      started.sendMessage(GetModelRequest.getDefaultInstance());
      started.halfClose();
    } catch (RuntimeException | Error e) { // thrown by an interceptor or the token's supplier
      finish(null, Errors.bug(e));
    }
  }

  @Override
  long deadlineNs() {
    return deadlineNs;
  }

  @Override
  void expire() {
    finish(null, Errors.expired(deadline, null));
  }

  @Override
  void abandon() {
    if (end()) {
      onDone.accept(this);
    }
  }

  private void finish(@Nullable ModelInfo model, @Nullable GanglionException failure) {
    if (end()) {
      context.complete(
          context.executor(),
          () -> {
            try {
              settle(model, failure);
            } finally {
              onDone.accept(this);
            }
          });
    }
  }

  /** Ends the call. Returns true only the first time. */
  private boolean end() {
    if (!done.compareAndSet(false, true)) {
      return false;
    }
    ClientCall<GetModelRequest, GetModelResponse> started = call;
    if (started != null) {
      started.cancel("no longer wanted", null); // does nothing if it has ended
    }
    return true;
  }

  private final class Listener extends ClientCall.Listener<GetModelResponse> {
    private final ClientCall<GetModelRequest, GetModelResponse> of;
    private @Nullable GetModelResponse response;

    Listener(ClientCall<GetModelRequest, GetModelResponse> of) {
      this.of = of;
    }

    @Override
    public void onMessage(GetModelResponse message) {
      response = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      try {
        GetModelResponse answered = response;
        if (status.isOk() && answered != null) {
          context.noteReached(true);
          finish(Wire.model(answered), null);
        } else if (status.isOk()) {
          finish(null, Errors.unanswered());
        } else {
          boolean reached = of.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) != null;
          finish(null, Errors.of(status, trailers, context.noteReached(reached)));
        }
      } catch (GanglionException malformed) {
        finish(null, malformed);
      } catch (RuntimeException | Error e) {
        finish(null, Errors.bug(e));
      }
    }
  }
}
