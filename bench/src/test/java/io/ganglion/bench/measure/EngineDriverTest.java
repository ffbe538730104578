package io.ganglion.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.bench.engine.Engine;
import io.ganglion.bench.engine.EngineException;
import io.ganglion.bench.workload.Batch;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.text.TokenSequence;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EngineDriverTest {
  private static final TokenSequence PAIR = new TokenSequence(new int[3], new int[3]);
  private static final List<Batch> BATCHES =
      List.of(new Batch(List.of(0), List.of(PAIR), TokenBatch.of(List.of(PAIR))));

  @Test
  void aWorkerGoesOnUntilTheLastHasRunItsBatches() throws Exception {
    CountDownLatch fastHasRunTen = new CountDownLatch(10);
    AtomicInteger slowBatches = new AtomicInteger();
    Engine engine =
        engine(
            index -> {
              if (index == 0) {
                fastHasRunTen.countDown();
              } else {
                fastHasRunTen.await();
                slowBatches.incrementAndGet();
              }
            });
    try (EngineDriver driver = new EngineDriver("test", engine)) {
      double rate = driver.run(BATCHES, new AtomicInteger(), 0, 3, (pair, row) -> {});
      assertThat(rate).isPositive();
      assertThat(slowBatches).hasValue(3);
    }
  }

  @Test
  void aWorkerThatFailsEndsTheRun() throws Exception {
    Engine engine =
        engine(
            index -> {
              if (index == 1) {
                throw new EngineException("broken", new IOException("gone"));
              }
            });
    try (EngineDriver driver = new EngineDriver("test", engine)) {
      assertThatThrownBy(() -> driver.run(BATCHES, new AtomicInteger(), 0, 3, (pair, row) -> {}))
          .isInstanceOf(EngineException.class)
          .hasMessage("broken: gone");
    }
  }

  private interface Step {
    void run(int worker) throws EngineException, InterruptedException;
  }

  private static Engine engine(Step step) {
    return new Engine() {
      @Override
      public int workers() {
        return 2;
      }

      @Override
      public Worker open(int index) {
        return new Worker() {
          @Override
          public float[][] infer(Batch batch) throws EngineException {
            try {
              step.run(index);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return new float[1][2];
          }

          @Override
          public void close() {}
        };
      }

      @Override
      public void close() {}
    };
  }
}
