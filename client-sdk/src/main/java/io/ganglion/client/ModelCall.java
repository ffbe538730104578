package io.ganglion.client;

import io.ganglion.proto.v1.GetModelRequest;
import io.ganglion.proto.v1.GetModelResponse;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One GetModel call. */
@SuppressWarnings("FutureReturnValueIgnored") // the continuation cannot fail
final class ModelCall extends ClientCall.Listener<GetModelResponse> {
  private final ClientContext context;
  private final CompletableFuture<ModelInfo> future = new CompletableFuture<>();
  private @Nullable GetModelResponse response;

  private ModelCall(ClientContext context) {
    this.context = context;
  }

  static CompletableFuture<ModelInfo> start(ClientContext context) {
    ModelCall listener = new ModelCall(context);
    ClientCall<GetModelRequest, GetModelResponse> call =
        context
            .channel()
            .newCall(
                PairClassifierGrpc.getGetModelMethod(),
                CallOptions.DEFAULT.withDeadlineAfter(
                    context.config().deadline().toNanos(), TimeUnit.NANOSECONDS));
    call.start(listener, new Metadata());
    call.request(2); // one more than the answer, so that the status can follow it
    call.sendMessage(GetModelRequest.getDefaultInstance());
    call.halfClose();
    CompletableFuture<ModelInfo> future = listener.future;
    future.whenComplete(
        (model, thrown) -> {
          if (future.isCancelled()) {
            call.cancel("no longer wanted", null);
          }
        });
    return future;
  }

  @Override
  public void onMessage(GetModelResponse message) {
    response = message;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    GetModelResponse answered = response;
    context.complete(
        context.executor(),
        () -> {
          if (status.isOk() && answered != null) {
            future.complete(Wire.model(answered));
          } else {
            future.completeExceptionally(
                status.isOk() ? Errors.unanswered() : Errors.of(status, trailers));
          }
        });
  }
}
