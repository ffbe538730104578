package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScheduleTest {
  @Test
  void constantArrivalsAreEvenlySpaced() {
    Schedule schedule = Schedule.of(Schedule.Arrivals.CONSTANT, 1000, 1);
    assertThat(schedule.nextNs()).isZero();
    assertThat(schedule.nextNs()).isEqualTo(1_000_000);
    assertThat(schedule.nextNs()).isEqualTo(2_000_000);
  }

  @Test
  void poissonArrivalsHaveTheRateAndAreTheSameForASeed() {
    long ends = 100_000_000_000L;
    long count = Schedule.count(Schedule.of(Schedule.Arrivals.POISSON, 1000, 7), 0, ends);
    assertThat(count).isBetween(99_000L, 101_000L);
    assertThat(Schedule.count(Schedule.of(Schedule.Arrivals.POISSON, 1000, 7), 0, ends))
        .isEqualTo(count);
    assertThat(Schedule.count(Schedule.of(Schedule.Arrivals.POISSON, 1000, 8), 0, ends))
        .isNotEqualTo(count);
  }

  @Test
  void gapsBetweenPoissonArrivalsScatterAsMuchAsTheirMean() {
    Schedule schedule = Schedule.of(Schedule.Arrivals.POISSON, 1000, 3);
    double sum = 0;
    double squares = 0;
    long last = 0;
    int n = 100_000;
    for (int i = 0; i < n; i++) {
      long at = schedule.nextNs();
      double gap = (at - last) / 1e6;
      sum += gap;
      squares += gap * gap;
      last = at;
    }
    double mean = sum / n;
    assertThat(mean).isBetween(0.98, 1.02);
    assertThat(Math.sqrt(squares / n - mean * mean)).isBetween(0.97, 1.03);
  }
}
