package io.ganglion.compiler.tune;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.text.TokenSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchPlanTest {
  private final List<Example> examples =
      IntStream.range(0, 403).mapToObj(BatchPlanTest::example).toList();

  @Test
  void anEpochHasEveryExampleAtMostOnceAndLeavesOutLessThanABatch() {
    BatchPlan plan = new BatchPlan(examples, 8, 1);
    List<Integer> seen = new ArrayList<>();
    for (int step = 0; step < plan.stepsPerEpoch(); step++) {
      Batch batch = plan.at(step);
      for (int row = 0; row < batch.size(); row++) {
        seen.add(batch.ids()[row * batch.length()]);
      }
    }

    assertThat(plan.stepsPerEpoch()).isEqualTo(50);
    assertThat(seen).hasSize(400).doesNotHaveDuplicates();
  }

  @Test
  void aStepsBatchHangsOnSeedAndStepAlone() {
    BatchPlan all = new BatchPlan(examples, 8, 1);
    for (int step = 0; step < 120; step++) {
      all.at(step);
    }

    assertThat(all.at(77).ids()).isEqualTo(new BatchPlan(examples, 8, 1).at(77).ids());
    assertThat(all.at(77).ids()).isNotEqualTo(new BatchPlan(examples, 8, 2).at(77).ids());
    assertThat(all.at(27).ids()).as("another epoch").isNotEqualTo(all.at(77).ids());
  }

  @Test
  void aBatchIsPaddedToItsLongestMemberOnly() {
    Batch batch = Batch.of(List.of(example(0), example(5)));

    assertThat(batch.length()).isEqualTo(8);
    assertThat(batch.mask()).isEqualTo(new int[] {1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1});
    BatchPlan plan = new BatchPlan(examples, 8, 1);
    double filled =
        IntStream.range(0, 50)
            .mapToObj(plan::at)
            .mapToDouble(b -> Arrays.stream(b.mask()).average().orElseThrow())
            .average()
            .orElseThrow();
    assertThat(filled).isGreaterThan(0.95);
  }

  @Test
  void fewerExamplesThanABatchMakeOneSmallBatch() {
    BatchPlan plan = new BatchPlan(examples.subList(0, 3), 8, 1);

    assertThat(plan.stepsPerEpoch()).isEqualTo(1);
    assertThat(plan.at(4).size()).isEqualTo(3);
  }

  /** Its first token is its number, its length hangs on it. */
  private static Example example(int number) {
    int[] ids = new int[3 + number % 30];
    Arrays.fill(ids, 1);
    ids[0] = number;
    return new Example(new TokenSequence(ids, new int[ids.length]), number % 2);
  }
}
