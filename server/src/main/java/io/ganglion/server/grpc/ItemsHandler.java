package io.ganglion.server.grpc;

import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.model.ServedModel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Handles calls with many items in one request and one answer. Each item waits in the queue by
 * itself and shares batches with those of other calls. All have the call's deadline. Thread-safe.
 */
public final class ItemsHandler<Q, R> implements ServerCallHandler<Q, R> {
  /** The differences between these methods. */
  public interface Method<Q, R> {
    /** What is wrong with the request as a whole, one clause; null if nothing is. */
    @Nullable String complaint(Q request, ServedModel model);

    /** Number of items, at least 1. */
    int size(Q request);

    /** The texts of an item. */
    Texts item(Q request, int index);

    /**
     * The answer.
     *
     * @param outcomes of the items, in order; each is answered or invalid
     */
    R answer(Q request, ServedModel model, List<Outcome> outcomes);

    /** This method for one request, if it must remember something of its items. */
    default Method<Q, R> of(Q request) {
      return this;
    }
  }

  private final Intake intake;
  private final Method<Q, R> method;

  public ItemsHandler(Intake intake, Method<Q, R> method) {
    this.intake = intake;
    this.method = method;
  }

  @Override
  public ServerCall.Listener<Q> startCall(ServerCall<Q, R> call, Metadata headers) {
    return new ItemsCall<>(intake, method, call).start();
  }
}
