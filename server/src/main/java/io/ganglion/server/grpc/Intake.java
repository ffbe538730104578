package io.ganglion.server.grpc;

import io.ganglion.engine.batch.Completion;
import io.ganglion.engine.batch.NanoClock;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.batch.PendingRequest;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.runtime.text.TokenSequence;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The only way from a message to the queue: checks, encodes, counts and submits. The completion is
 * called exactly once in every case. Thread-safe.
 */
public final class Intake {
  private static final Outcome DRAINING = new Outcome.Unavailable("the server is shutting down", 0);

  private final Supplier<ServedModel> models;
  private final WireLimits limits;
  private final NanoClock clock;
  private final WireEvents events;
  private final RequestTracer tracer;
  private final LingeringCalls calls = new LingeringCalls();
  private volatile boolean draining;

  Intake(
      Supplier<ServedModel> models,
      WireLimits limits,
      NanoClock clock,
      WireEvents events,
      RequestTracer tracer) {
    this.tracer = tracer;
    this.models = models;
    this.limits = limits;
    this.clock = clock;
    this.events = events;
  }

  public WireLimits limits() {
    return limits;
  }

  public NanoClock clock() {
    return clock;
  }

  public WireEvents events() {
    return events;
  }

  RequestTracer tracer() {
    return tracer;
  }

  public ServedModel model() {
    return models.get();
  }

  /** The registry of calls that do not end by themselves. */
  public LingeringCalls calls() {
    return calls;
  }

  /** Refuses every request from now on. */
  void drain() {
    draining = true;
  }

  /**
   * Submits a request. Returns the request to cancel, or null if it was completed already.
   *
   * @param deadlineNs on {@link #clock}, or {@link PendingRequest#NO_DEADLINE}
   */
  public @Nullable PendingRequest submit(
      Texts texts,
      long arrivalNs,
      long deadlineNs,
      ConnectionQuota quota,
      ModelCompletion completion) {
    quota.counts().asked(1);
    ModelCompletion followed = followed(completion);
    ServedModel model = models.get();
    Outcome refusal = refusal(model, quota, arrivalNs, deadlineNs);
    if (refusal != null) {
      finish(followed, model, refusal, arrivalNs);
      followed.flush();
      return null;
    }
    while (true) {
      PendingRequest request = request(model, texts, arrivalNs, deadlineNs, quota, followed);
      if (request == null || model.scheduler().submit(request)) {
        return request;
      }
      ServedModel newer = models.get();
      if (newer == model) {
        request.completeWaiting(DRAINING); // closed for good, not swapped
        return null;
      }
      model = newer;
    }
  }

  private ModelCompletion followed(ModelCompletion completion) {
    Consumer<Outcome> trace = tracer.begin();
    if (trace == null) {
      return completion;
    }
    return new ModelCompletion() {
      @Override
      public void complete(ServedModel model, Outcome outcome) {
        trace.accept(outcome);
        completion.complete(model, outcome);
      }

      @Override
      public void flush() {
        completion.flush();
      }
    };
  }

  /** The refusal of a request; if null, a place was taken from the quota. */
  private @Nullable Outcome refusal(
      ServedModel model, ConnectionQuota quota, long arrivalNs, long deadlineNs) {
    if (draining) {
      return DRAINING;
    }
    // Before encoding: under overload most of that work would be for requests that never run.
    Outcome overload = model.scheduler().overload(quota.client(), arrivalNs, deadlineNs);
    if (overload != null) {
      return overload;
    }
    if (quota.unread().isFull()) {
      return unread(quota);
    }
    return quota.tryAcquire() ? null : overQuota(quota);
  }

  private @Nullable PendingRequest request(
      ServedModel model,
      Texts texts,
      long arrivalNs,
      long deadlineNs,
      ConnectionQuota quota,
      ModelCompletion completion) {
    Completion done =
        new Completion() {
          @Override
          public void complete(Outcome outcome) {
            quota.release();
            if (outcome instanceof Outcome.Answered) {
              quota.counts().yielded();
            }
            finish(completion, model, outcome, arrivalNs);
          }

          @Override
          public void flush() {
            completion.flush();
          }
        };
    TokenSequence tokens;
    try {
      tokens = TextPairDecoder.decode(model, texts, limits.itemBytes());
    } catch (TextPairDecoder.InvalidTextException e) {
      done.complete(new Outcome.Invalid(String.valueOf(e.getMessage())));
      done.flush();
      return null;
    }
    return new PendingRequest(quota.client(), tokens, arrivalNs, deadlineNs, done);
  }

  private void finish(
      ModelCompletion completion, ServedModel model, Outcome outcome, long arrivalNs) {
    events.onOutcome(outcome, clock.nanoTime() - arrivalNs);
    completion.complete(model, outcome);
  }

  private static Outcome overQuota(ConnectionQuota quota) {
    return new Outcome.Overloaded(
        Outcome.Refusal.CONNECTION_LIMIT,
        "this connection has " + quota.limit() + " requests in flight already",
        10_000_000);
  }

  private static Outcome unread(ConnectionQuota quota) {
    return new Outcome.Overloaded(
        Outcome.Refusal.CONNECTION_LIMIT,
        "this connection leaves " + quota.unread().bytes() + " bytes of answers unread",
        100_000_000);
  }

  /** A {@link Completion} that also gets the model that answered. */
  public interface ModelCompletion {
    void complete(ServedModel model, Outcome outcome);

    void flush();
  }
}
