package io.ganglion.engine.batch;

import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests generated interleavings: a core takes a request while its caller cancels it and the
 * watchdog gives it up. If taking it were not atomic, a cancelled request could be run.
 */
@Tag("race")
class RequestRaceTest {
  @Test
  void takingCancellingAndCompletingAgreeOnOneOutcome() {
    new ModelCheckingOptions().iterations(20).invocationsPerIteration(500).check(OneRequest.class);
  }

  /** A request that a core, its caller and the watchdog try to take at once. */
  public static class OneRequest {
    private final AtomicInteger completions = new AtomicInteger();
    private final PendingRequest request =
        new PendingRequest(
            new Client("test"),
            Requests.tokens(3, 1),
            0,
            PendingRequest.NO_DEADLINE,
            outcome -> completions.incrementAndGet());

    @Operation
    public boolean start() {
      return request.start();
    }

    @Operation
    public boolean cancel() {
      return request.cancel();
    }

    @Operation
    public boolean complete() {
      return request.complete(new Outcome.Unavailable("late", 0));
    }

    @Operation
    public boolean completedMoreThanOnce() {
      return completions.get() > 1;
    }
  }
}
