package io.ganglion.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.text.TokenSequence;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchTest {
  private final Workload workload =
      new Workload(
          IntStream.range(0, 10).mapToObj(i -> new Pairs.Pair("a" + i, null)).toList(),
          IntStream.of(5, 9, 3, 7, 10, 4, 8, 6, 12, 11)
              .mapToObj(length -> new TokenSequence(new int[length], new int[length]))
              .toList());

  @Test
  void neighboursOfTheFileShareABatch() {
    List<List<Integer>> pairs =
        workload.batches(4, false).stream()
            .map(Batch::pairs)
            .sorted(Comparator.comparing(batch -> batch.get(0)))
            .toList();

    assertThat(pairs).containsExactly(List.of(0, 1, 2, 3), List.of(4, 5, 6, 7), List.of(8, 9));
  }

  @Test
  void sortedBatchesHoldPairsOfLikeLength() {
    for (Batch batch : workload.batches(2, true)) {
      int shortest = batch.sequences().stream().mapToInt(TokenSequence::length).min().orElseThrow();
      assertThat(batch.longest() - shortest).isEqualTo(1);
    }
  }

  @Test
  void aBatchKnowsItsTokens() {
    Batch batch = workload.batches(10, false).get(0);

    assertThat(batch.size()).isEqualTo(10);
    assertThat(batch.longest()).isEqualTo(12);
    assertThat(batch.tokens().tokens()).isEqualTo(workload.tokens()).isEqualTo(75);
  }

  @Test
  void quantilesOfLengthsAreLengths() {
    assertThat(workload.lengthAt(0)).isEqualTo(3);
    assertThat(workload.lengthAt(0.5)).isEqualTo(8);
    assertThat(workload.lengthAt(1)).isEqualTo(12);
  }
}
