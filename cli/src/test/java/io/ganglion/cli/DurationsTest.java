package io.ganglion.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "250us, 250000",
    "200ms, 200000000",
    "30s, 30000000000",
    "1.5s, 1500000000",
    "0s, 0",
    "2m, 120000000000",
    "1h, 3600000000000",
    "0.0001us, 0",
    "87600h, 315360000000000000"
  })
  void aNumberAndItsUnitAreRead(String text, long ns) {
    assertThat(Durations.parse(text).toNanos()).isEqualTo(ns);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "5", "s", "-1s", "5 s", "5S", "1e3s", "5d", "1s500ms", ".5s", "5.s", "٣s"})
  void anythingElseIsRefusedWithTheForm(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'" + text + "' is no time; write a number and us, ms, s, m or h");
  }

  @ParameterizedTest
  @ValueSource(strings = {"87601h", "9999999999999999ms", "99999999999999999999h"})
  void whatWouldOverflowAClockIsRefused(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("too long a time; the longest is 87600h");
  }

  @Test
  void theLongestOverflowsNoClock() {
    assertThat(Math.addExact(Long.MAX_VALUE / 2, Durations.LONGEST.toNanos())).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"250us", "1.5us", "200ms", "30s", "0s", "2m", "3h", "1001ms"})
  void aDurationIsPrintedInItsLargestWholeUnit(String text) {
    assertThat(Durations.print(Durations.parse(text))).isEqualTo(text);
  }

  @Property(tries = 500)
  void whatIsPrintedIsReadAsTheSame(
      @ForAll @LongRange(min = 0, max = 315_360_000_000_000_000L) long ns) {
    Duration duration = Duration.ofNanos(ns);
    assertThat(Durations.parse(Durations.print(duration))).isEqualTo(duration);
  }
}
