package io.ganglion.engine.batch;

import io.ganglion.engine.batch.BatchEvents.BatchResult;
import io.ganglion.engine.cache.AnswerCache;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.Outputs;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.text.TokenSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs one batch on a core and answers each of its requests. Stateless, except for the cost model
 * that it updates. Called on the core's owner thread.
 */
final class BatchRunner {
  private static final int BUSY_RETRIES = 3;

  private final int fullBatch;
  private final UnaryOperator<float[]> answer;
  private final @Nullable AnswerCache cache;
  private final CostModel costs;
  private final NanoClock clock;
  private final BatchEvents events;

  BatchRunner(
      int fullBatch,
      UnaryOperator<float[]> answer,
      @Nullable AnswerCache cache,
      CostModel costs,
      NanoClock clock,
      BatchEvents events) {
    this.fullBatch = fullBatch;
    this.answer = answer;
    this.cache = cache;
    this.costs = costs;
    this.clock = clock;
    this.events = events;
  }

  /**
   * @param requests requests claimed for this core; all are completed when this returns or throws
   * @throws CoreFault if the core cannot go on
   */
  void run(NeuronCore core, List<PendingRequest> requests) throws CoreFault {
    TokenBatch batch = TokenBatch.of(sequences(requests));
    int index = core.info().index();
    long startNs = clock.nanoTime();
    events.onBatchStart(
        index,
        requests.size(),
        Math.max(fullBatch, requests.size()),
        batch.tokens(),
        oldestWaitNs(requests, startNs));
    try {
      Outputs outputs = infer(core, batch);
      long elapsedNs = clock.nanoTime() - startNs;
      requireSound(core, outputs, requests.size());
      costs.learn(batch.tokens(), elapsedNs, startNs + elapsedNs);
      events.onBatchEnd(index, requests.size(), elapsedNs, BatchResult.COMPLETED);
      answer(requests, outputs, startNs, elapsedNs, index);
    } catch (UnsoundOutputsException e) {
      end(index, requests, startNs, BatchResult.COMPLETED_WITH_NUMERICAL_ERROR);
      PendingRequest.completeAll(
          requests, new Outcome.Unavailable("the core gave no valid result", 0));
      throw new CoreFault(CoreFault.Scope.CORE, String.valueOf(e.getMessage()), e);
    } catch (CoreFault e) {
      end(index, requests, startNs, result(e.scope()));
      PendingRequest.completeAll(
          requests, new Outcome.Unavailable("the core failed while it ran the request", 0));
      if (losesCore(e.scope())) {
        throw e;
      }
    } catch (IllegalArgumentException e) {
      end(index, requests, startNs, BatchResult.INCORRECT_INPUT);
      PendingRequest.completeAll(
          requests, new Outcome.Failed("the core refused an encoded request"));
    } catch (RuntimeException | Error e) {
      end(index, requests, startNs, BatchResult.COMPLETED_WITH_ERROR);
      PendingRequest.completeAll(
          requests, new Outcome.Unavailable("the core failed while it ran the request", 0));
      throw new CoreFault(CoreFault.Scope.CORE, "unexpected: " + e, e);
    }
  }

  private static BatchResult result(CoreFault.Scope scope) {
    return switch (scope) {
      case RETRY -> BatchResult.FAILED_TO_QUEUE;
      case BATCH, CORE, PROCESS -> BatchResult.COMPLETED_WITH_ERROR;
    };
  }

  private static boolean losesCore(CoreFault.Scope scope) {
    return switch (scope) {
      case RETRY, BATCH -> false;
      case CORE, PROCESS -> true;
    };
  }

  private void end(int index, List<PendingRequest> requests, long startNs, BatchResult result) {
    events.onBatchEnd(index, requests.size(), clock.nanoTime() - startNs, result);
  }

  private static List<TokenSequence> sequences(List<PendingRequest> requests) {
    List<TokenSequence> sequences = new ArrayList<>(requests.size());
    for (PendingRequest request : requests) {
      sequences.add(request.tokens());
    }
    return sequences;
  }

  private static long oldestWaitNs(List<PendingRequest> requests, long nowNs) {
    long oldest = nowNs;
    for (PendingRequest request : requests) {
      oldest = Math.min(oldest, request.arrivalNs());
    }
    return nowNs - oldest;
  }

  private static Outputs infer(NeuronCore core, TokenBatch batch) throws CoreFault {
    for (int attempt = 1; ; attempt++) {
      try {
        return core.infer(batch);
      } catch (CoreFault e) {
        if (e.scope() != CoreFault.Scope.RETRY || attempt == BUSY_RETRIES) {
          throw e;
        }
      }
    }
  }

  /**
   * Checks the result, because a broken core may still return one: all rows must be present, as
   * wide as the model, and finite.
   */
  private static void requireSound(NeuronCore core, Outputs outputs, int requests)
      throws UnsoundOutputsException {
    if (outputs.size() != requests || outputs.width() != core.info().width()) {
      throw new UnsoundOutputsException(
          outputs.size()
              + " answers with "
              + outputs.width()
              + " columns for "
              + requests
              + " requests");
    }
    for (float value : outputs.values()) {
      if (!Float.isFinite(value)) {
        throw new UnsoundOutputsException("an output is " + value);
      }
    }
  }

  private void answer(
      List<PendingRequest> requests, Outputs outputs, long startNs, long elapsedNs, int index) {
    for (int i = 0; i < requests.size(); i++) {
      PendingRequest request = requests.get(i);
      float[] row = answer.apply(outputs.of(i));
      if (cache != null) {
        cache.put(request.key(), row); // before equal requests can no longer follow this one
      }
      request.complete(
          new Outcome.Answered(
              row,
              startNs - request.arrivalNs(),
              elapsedNs,
              requests.size(),
              index,
              request.length()));
    }
    PendingRequest.flushAll(requests);
  }

  /** Thrown if the core returned something that cannot be an answer. */
  private static final class UnsoundOutputsException extends Exception {
    UnsoundOutputsException(String message) {
      super(message);
    }
  }
}
