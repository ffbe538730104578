package io.ganglion.engine.batch;

import io.ganglion.runtime.text.TokenSequence;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Puts eight requests into a queue and takes a batch of eight, by urgency. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the setup
public class BatchCutBenchmark {
  private static final int BATCH = 8;
  private static final int CAPACITY = 2048;
  private static final long SECOND_NS = 1_000_000_000L;

  /** Number of requests that always wait. */
  @Param({"8", "1024"})
  public int waiting = 8;

  private final TokenSequence tokens = new TokenSequence(new int[54], new int[54]);
  private final NanoClock clock = NanoClock.system();
  private final Client client = new Client("benchmark");
  private RequestQueue queue;

  @Setup(Level.Iteration)
  public void fill() {
    BatchLimits limits = new BatchLimits(BATCH, BATCH * 128, BATCH, 0, SECOND_NS, List.of());
    queue = new RequestQueue(CAPACITY, 1, false, new BatchPolicy(limits), new CostModel(), clock);
    offer(waiting);
  }

  @Benchmark
  public @Nullable Object offerAndCut() {
    offer(BATCH);
    RequestQueue.Batch batch = queue.poll(clock.nanoTime(), 1);
    if (batch != null) {
      queue.ended(batch);
    }
    return batch;
  }

  private void offer(int count) {
    long nowNs = clock.nanoTime();
    for (int i = 0; i < count; i++) {
      PendingRequest request =
          new PendingRequest(client, tokens, nowNs + i, nowNs + 30 * SECOND_NS, outcome -> {});
      if (queue.offer(request).answer() != RequestQueue.Answer.ACCEPTED) {
        throw new IllegalStateException("The queue is full.");
      }
    }
  }
}
