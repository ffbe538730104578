package io.ganglion.engine.batch;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests generated interleavings of equal requests with their cancellations and the cut. If a place
 * were passed on outside the lock, a request could wait for a computation that nobody runs.
 */
@Tag("race")
class SharingRaceTest {
  @Test
  void joiningLeavingAndRunningAgreeOnWhoIsAnswered() {
    new ModelCheckingOptions().iterations(8).invocationsPerIteration(150).check(EqualPair.class);
  }

  /** A queue for two equal requests. */
  public static class EqualPair {
    private final AtomicIntegerArray outcomes = new AtomicIntegerArray(2);
    private final RequestQueue queue =
        new RequestQueue(
            2,
            100,
            true,
            new BatchPolicy(Requests.limits(2, 100)),
            new CostModel(),
            new ManualClock());
    private final PendingRequest first = request(0);
    private final PendingRequest second = request(1);

    private PendingRequest request(int index) {
      return new PendingRequest(
          Requests.CLIENT,
          Requests.tokens(3, 7),
          0,
          PendingRequest.NO_DEADLINE,
          outcome -> outcomes.incrementAndGet(index));
    }

    private void ask(PendingRequest request) {
      if (!queue.follow(request)) {
        queue.offer(request);
      }
    }

    @Operation(runOnce = true)
    public void askFirst() {
      ask(first);
    }

    @Operation(runOnce = true)
    public void askSecond() {
      ask(second);
    }

    @Operation(runOnce = true)
    public boolean cancelFirst() {
      return first.cancel();
    }

    @Operation
    public int cut() {
      RequestQueue.Batch batch = queue.poll(10, 1);
      return batch == null ? 0 : batch.requests().size();
    }

    private static void land(PendingRequest request) {
      if (!request.waiting()) {
        request.complete(new Outcome.Answered(new float[] {1}, 0, 0, 1, 0, 3));
      }
    }

    @Operation
    public void landFirst() {
      land(first);
    }

    @Operation
    public void landSecond() {
      land(second);
    }

    @Operation
    public boolean answeredMoreThanOnce() {
      return outcomes.get(0) > 1 || outcomes.get(1) > 1;
    }
  }
}
