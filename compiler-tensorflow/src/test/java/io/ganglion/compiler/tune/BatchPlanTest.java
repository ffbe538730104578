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
    BatchPlan plan = new BatchPlan(examples, 8, 3, 1);
    List<Integer> seen = new ArrayList<>();
    for (int step = 0; step < plan.stepsPerEpoch(); step++) {
      List<Batch> parts = plan.at(step);
      assertThat(parts).extracting(Batch::size).containsExactly(2, 3, 3);
      parts.forEach(part -> seen.addAll(numbers(part)));
    }

    assertThat(plan.stepsPerEpoch()).isEqualTo(50);
    assertThat(seen).hasSize(400).doesNotHaveDuplicates();
  }

  @Test
  void aStepsBatchHangsOnSeedAndStepAlone() {
    BatchPlan all = new BatchPlan(examples, 8, 1, 1);
    for (int step = 0; step < 120; step++) {
      all.at(step);
    }

    List<Integer> seen = numbers(all, 77);
    assertThat(numbers(new BatchPlan(examples, 8, 1, 1), 77)).isEqualTo(seen);
    assertThat(numbers(new BatchPlan(examples, 8, 2, 1), 77)).as("in parts").isEqualTo(seen);
    assertThat(numbers(new BatchPlan(examples, 8, 1, 2), 77)).isNotEqualTo(seen);
    assertThat(numbers(all, 27)).as("another epoch").isNotEqualTo(seen);
  }

  @Test
  void aBatchIsPaddedToItsLongestMemberOnly() {
    Batch batch = Batch.of(List.of(example(0), example(5)));

    assertThat(batch.length()).isEqualTo(8);
    assertThat(batch.mask()).isEqualTo(new int[] {1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1});
    BatchPlan plan = new BatchPlan(examples, 8, 2, 1);
    double filled =
        IntStream.range(0, 50)
            .mapToObj(plan::at)
            .flatMap(List::stream)
            .mapToDouble(b -> Arrays.stream(b.mask()).average().orElseThrow())
            .average()
            .orElseThrow();
    assertThat(filled).isGreaterThan(0.95);
  }

  @Test
  void fewerExamplesThanABatchMakeOneSmallBatch() {
    BatchPlan plan = new BatchPlan(examples.subList(0, 3), 8, 4, 1);

    assertThat(plan.stepsPerEpoch()).isEqualTo(1);
    assertThat(plan.parts()).isEqualTo(3);
    assertThat(plan.at(4)).extracting(Batch::size).containsExactly(1, 1, 1);
  }

  private static List<Integer> numbers(BatchPlan plan, int step) {
    return plan.at(step).stream().flatMap(part -> numbers(part).stream()).toList();
  }

  private static List<Integer> numbers(Batch batch) {
    return IntStream.range(0, batch.size())
        .mapToObj(row -> batch.ids()[row * batch.length()])
        .toList();
  }

  /** An example whose first token is its number, which also sets its length. */
  private static Example example(int number) {
    int[] ids = new int[3 + number % 30];
    Arrays.fill(ids, 1);
    ids[0] = number;
    return new Example(new TokenSequence(ids, new int[ids.length]), number % 2);
  }
}
