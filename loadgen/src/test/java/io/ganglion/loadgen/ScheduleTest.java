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

  @Test
  void poissonCountsInASecondScatterAsMuchAsTheirMean() {
    long seed = 11;
    Schedule schedule = Schedule.of(Schedule.Arrivals.POISSON, 100, seed);
    int seconds = 2000;
    int[] counts = new int[seconds];
    for (long at = schedule.nextNs(); at < seconds * 1_000_000_000L; at = schedule.nextNs()) {
      counts[(int) (at / 1_000_000_000L)]++;
    }
    double mean = java.util.Arrays.stream(counts).average().orElseThrow();
    double variance =
        java.util.Arrays.stream(counts).mapToDouble(n -> (n - mean) * (n - mean)).sum() / seconds;
    assertThat(mean).as("seed " + seed).isBetween(99.0, 101.0);
    assertThat(variance / mean).as("seed " + seed).isBetween(0.85, 1.15);
  }

  @Test
  void arrivalsNeverGoBack() {
    for (Schedule.Arrivals arrivals : Schedule.Arrivals.values()) {
      Schedule schedule = Schedule.of(arrivals, 1e7, 5);
      long last = 0;
      for (int i = 0; i < 10_000; i++) {
        long at = schedule.nextNs();
        assertThat(at).as(arrivals + " " + i).isGreaterThanOrEqualTo(last);
        last = at;
      }
    }
  }

  @Test
  void aFractionalRateKeepsItsPaceOverAnHour() {
    Schedule schedule = Schedule.of(Schedule.Arrivals.CONSTANT, 1 / 3.0, 1);
    for (int i = 0; i < 1200; i++) {
      schedule.nextNs();
    }
    assertThat(schedule.nextNs()).isEqualTo(3_600_000_000_000L);
  }

  @Test
  void onlyWhatFallsIntoTheTimeIsCountedTheEndLeftOut() {
    assertThat(count(0, 1_000_000_000L)).isEqualTo(10);
    assertThat(count(100_000_000L, 1_000_000_000L)).isEqualTo(9);
    assertThat(count(0, 1)).isEqualTo(1);
    assertThat(count(1, 1)).isZero();
  }

  private static long count(long fromNs, long toNs) {
    return Schedule.count(Schedule.of(Schedule.Arrivals.CONSTANT, 10, 1), fromNs, toNs);
  }
}
