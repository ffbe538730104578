package io.ganglion.engine.batch;

import java.util.List;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests generated interleavings of offers and cuts with the closing of the queue. If closing were
 * checked outside the lock, the queue could accept a request that nobody takes.
 */
@Tag("race")
class QueueRaceTest {
  @Test
  void offeringCuttingAndClosingAgreeOnWhatIsQueued() {
    new ModelCheckingOptions()
        .iterations(6)
        .invocationsPerIteration(100)
        .actorsBefore(1)
        .actorsPerThread(3)
        .actorsAfter(2)
        .check(SharedQueue.class);
  }

  /** A queue for two requests. */
  public static class SharedQueue {
    private final ManualClock clock = new ManualClock();
    private final RequestQueue queue =
        new RequestQueue(
            2, 100, false, new BatchPolicy(Requests.limits(2, 100)), new CostModel(), clock);
    private final PendingRequest[] requests = {request(1), request(2), request(3)};

    private static PendingRequest request(int id) {
      return new PendingRequest(
          Requests.CLIENT, Requests.tokens(3, id), id, PendingRequest.NO_DEADLINE, outcome -> {});
    }

    @Operation(runOnce = true)
    public String offerFirst() {
      return queue.offer(requests[0]).answer().name();
    }

    @Operation(runOnce = true)
    public String offerSecond() {
      return queue.offer(requests[1]).answer().name();
    }

    @Operation(runOnce = true)
    public String offerThird() {
      return queue.offer(requests[2]).answer().name();
    }

    @Operation(runOnce = true)
    public void close() {
      queue.close();
    }

    @Operation
    public List<Integer> cut() {
      RequestQueue.Batch batch = queue.poll(10, 1);
      return batch == null
          ? List.of()
          : batch.requests().stream().map(r -> r.tokens().inputIds()[1]).toList();
    }
  }
}
