package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowBucketsTest {
  @Test
  void everyCountRunsInTheSmallestBucketThatHoldsIt() {
    for (int count = 1; count <= 2048; count++) {
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
    assertThat(RowBuckets.roundUp(97)).isEqualTo(112);
    assertThat(RowBuckets.roundUp(241)).isEqualTo(256);
    assertThat(RowBuckets.roundUp(257)).isEqualTo(288);
    assertThat(RowBuckets.roundUp(513)).isEqualTo(576);
    assertThat(RowBuckets.of(1024)).isEqualTo(38);
    for (int count = 64; count <= 2048; count++) {
      assertThat(RowBuckets.roundUp(count) - count).isLessThanOrEqualTo(count / 6);
    }
  }
}
