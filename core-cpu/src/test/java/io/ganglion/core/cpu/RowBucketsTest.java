package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowBucketsTest {
  @Test
  void everyCountRunsInTheSmallestBucketThatHoldsIt() {
    for (int count = 1; count <= 2 * TokenGroups.MAX_TOKENS; count++) {
      int bucket = RowBuckets.of(count);
      assertThat(count).isGreaterThan(RowBuckets.rows(bucket - 1));
      assertThat(count).isLessThanOrEqualTo(RowBuckets.rows(bucket));
      assertThat(RowBuckets.roundUp(count)).isEqualTo(RowBuckets.rows(bucket));
    }
  }

  @Test
  void fillingUpCostsFewRows() {
    assertThat(RowBuckets.roundUp(1)).isEqualTo(8);
    assertThat(RowBuckets.roundUp(54)).isEqualTo(56);
    assertThat(RowBuckets.roundUp(128)).isEqualTo(128);
    assertThat(RowBuckets.roundUp(129)).isEqualTo(144);
    assertThat(RowBuckets.roundUp(431)).isEqualTo(432);
    assertThat(RowBuckets.of(TokenGroups.MAX_TOKENS)).isEqualTo(72);
  }
}
