package io.ganglion.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.bench.engine.Engine;
import io.ganglion.bench.engine.Layout;
import io.ganglion.bench.measure.EngineContender.Candidates;
import io.ganglion.bench.workload.Batch;
import io.ganglion.bench.workload.Pairs;
import io.ganglion.bench.workload.Workload;
import io.ganglion.runtime.text.TokenSequence;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EngineContenderTest {
  private static final int PAIRS = 12;
  private static final Workload WORKLOAD =
      new Workload(
          Collections.nCopies(PAIRS, new Pairs.Pair("a", "b")),
          Collections.nCopies(PAIRS, new TokenSequence(new int[3], new int[3])));

  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentLinkedQueue<Integer> batches = new ConcurrentLinkedQueue<>();

  @Test
  void withoutTimeTheFirstSettingIsTakenAndTheOtherEngineClosed() throws Exception {
    try (EngineContender contender = calibrate(0, List.of(5, 1))) {
      assertThat(contender.batchSize()).isEqualTo(5);
      assertThat(contender.setting()).isEqualTo("batches of 5, " + Layout.TOGETHER);
      assertThat(open).hasValue(1);
    }
    assertThat(open).hasValue(0);
  }

  @Test
  void anEngineThatTakesAsLongForManyPairsAsForOneGetsMany() throws Exception {
    try (EngineContender contender = calibrate(0.3, List.of(1, 4))) {
      assertThat(contender.batchSize()).isEqualTo(4);
    }
  }

  @Test
  void everyPairIsAnsweredInProbabilities() throws Exception {
    try (EngineContender contender = calibrate(0, List.of(PAIRS / 4))) {
      while (batches.size() < 4) {
        contender.measure(0);
      }
      for (int pair = 0; pair < PAIRS; pair++) {
        assertThat(contender.answers().get(pair)).containsExactly(0.5f, pair);
      }
      assertThat(contender.processorSeconds()).isPositive();
    }
  }

  /** Logits are twice the probabilities. */
  private EngineContender calibrate(double seconds, List<Integer> sizes) throws Exception {
    return EngineContender.calibrate(
        new Candidates("fake", List.of(Layout.TOGETHER, Layout.APART), sizes, false, seconds),
        layout -> new Fake(layout.workers(2)),
        WORKLOAD,
        row -> new float[] {row[0] / 2, row[1] / 2});
  }

  private final class Fake implements Engine {
    private final int workers;

    Fake(int workers) {
      this.workers = workers;
      open.incrementAndGet();
    }

    @Override
    public int workers() {
      return workers;
    }

    @Override
    public Worker open(int index) {
      return new Worker() {
        @Override
        public float[][] infer(Batch batch) {
          long end = System.nanoTime() + 1_000_000;
          while (System.nanoTime() < end) {
            Thread.onSpinWait(); // its work, the same for every batch
          }
          batches.add(batch.size());
          float[][] rows = new float[batch.size()][];
          for (int i = 0; i < rows.length; i++) {
            rows[i] = new float[] {1, 2 * batch.pairs().get(i)};
          }
          return rows;
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }
}
