package io.ganglion.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class CostModelTest {
  private final CostModel costs = new CostModel();

  @Test
  void findsTheFixedAndTheProportionalPart() {
    Random random = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      int tokens = 10 + random.nextInt(500);
      costs.learn(tokens, 100_000 + 2_000L * tokens, 0);
    }
    assertThat(costs.batchNs(50)).isCloseTo(200_000, within(2_000L));
    assertThat(costs.batchNs(400)).isCloseTo(900_000, within(9_000L));
  }

  @Test
  void equalBatchesAreTakenAsProportional() {
    for (int i = 0; i < 100; i++) {
      costs.learn(100, 1_000_000, 0);
    }
    assertThat(costs.batchNs(100)).isCloseTo(1_000_000, within(1_000L));
    assertThat(costs.batchNs(10)).isBetween(0L, 1_000_000L);
  }

  @Test
  void followsAChangeOfSpeed() {
    for (int i = 0; i < 1_000; i++) {
      costs.learn(50 + i % 100, 10_000L * (50 + i % 100), 0);
    }
    for (int i = 0; i < 2_000; i++) {
      costs.learn(50 + i % 100, 20_000L * (50 + i % 100), 0);
    }
    assertThat(costs.batchNs(100)).isCloseTo(2_000_000, Percentage.withPercentage(2));
  }

  @Test
  void anOldEstimateFadesSoThatItCannotRefuseForEver() {
    costs.learn(100, 8_000_000_000L, 0);
    assertThat(costs.trustedBatchNs(100, 0)).isCloseTo(8_000_000_000L, within(10L));
    assertThat(costs.trustedBatchNs(100, 3_000_000_000L)).isCloseTo(1_000_000_000L, within(10L));
  }

  @Test
  void drainingTakesAsLongAsTheBatchesOnAllCores() {
    for (int i = 0; i < 500; i++) {
      int tokens = 10 + i % 300;
      costs.learn(tokens, 1_000_000 + 10_000L * tokens, 0);
    }
    // 10 batches of 100 tokens on two cores: 10 x 2 ms / 2
    assertThat(costs.drainNs(1_000, 100, 2)).isCloseTo(10_000_000, Percentage.withPercentage(2));
    assertThat(costs.drainNs(0, 100, 2)).isZero();
  }
}
