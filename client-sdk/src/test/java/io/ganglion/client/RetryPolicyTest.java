package io.ganglion.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.GanglionException;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private static final RetryPolicy POLICY =
      new RetryPolicy(5, Duration.ofMillis(50), Duration.ofSeconds(1));

  private static GanglionException overloaded(Duration after) {
    return new GanglionException.Overloaded("RESOURCE_EXHAUSTED", "full", after, null);
  }

  @Property
  void aServersAdviceIsNeverUndercut(
      @ForAll @IntRange(min = 1, max = 4) int attempts,
      @ForAll @IntRange(min = 1, max = 5000) int ms,
      @ForAll @DoubleRange(max = 1) double random) {
    long advice = ms * 1_000_000L;
    assertThat(POLICY.delayNs(attempts, overloaded(Duration.ofMillis(ms)), random))
        .isBetween(advice, advice + advice / 4);
  }

  @Property
  void theBackOffGrowsToItsBoundAndIsSpread(
      @ForAll @IntRange(min = 1, max = 60) int failures,
      @ForAll @DoubleRange(max = 1) double random) {
    long full = (long) Math.min(50e6 * Math.pow(2, failures - 1), 1e9);
    assertThat(POLICY.backoffNs(failures, random)).isBetween(full / 2, full);
  }

  @Test
  void whatIsNoAdviceLeavesTheBackOff() {
    for (Duration none :
        new Duration[] {Duration.ofSeconds(-5), Duration.ZERO, Duration.ofNanos(1)}) {
      assertThat(POLICY.delayNs(1, overloaded(none), 1)).isEqualTo(50_000_000L);
    }
  }

  @Test
  void adviceBeyondAllNumbersIsALongTime() {
    assertThat(POLICY.delayNs(1, overloaded(Duration.ofSeconds(Long.MAX_VALUE)), 1))
        .isGreaterThan(Duration.ofDays(3649).toNanos());
  }

  @Test
  void attemptsAndUnsafeFailuresEndIt() {
    GanglionException invalid =
        new GanglionException.InvalidRequest("INVALID_ARGUMENT", "no", null);
    assertThat(POLICY.delayNs(5, overloaded(null), 0.5)).isEqualTo(RetryPolicy.STOP);
    assertThat(POLICY.delayNs(1, invalid, 0.5)).isEqualTo(RetryPolicy.STOP);
  }

  @Test
  void theBudgetIsEarnedByAnswers() {
    RetryBudget budget = new RetryBudget(0.2);
    int taken = 0;
    while (budget.tryTake()) {
      taken++;
    }
    assertThat(taken).isEqualTo(1000);
    for (int i = 0; i < 50; i++) {
      budget.onAnswer();
    }
    int earned = 0;
    while (budget.tryTake()) {
      earned++;
    }
    assertThat(earned).isEqualTo(10);
  }
}
