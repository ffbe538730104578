package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SloTest {
  @ParameterizedTest
  @CsvSource({
    "p99=200ms, 99, 200, p99 under 200 ms",
    "p99.9=1.5s, 99.9, 1500, p99.9 under 1500 ms",
    "p50=250us, 50, 0.25, p50 under 0.25 ms",
    "p100=1m, 100, 60000, p100 under 60000 ms",
    "p0=1ms, 0, 1, p0 under 1 ms",
  })
  void anObjectiveIsAPercentileAndALimit(String text, double percentile, double ms, String words) {
    Slo slo = Slo.parse(text);
    assertThat(slo.percentile()).isEqualTo(percentile);
    assertThat(slo.limitMs()).isEqualTo(ms);
    assertThat(slo.inWords()).isEqualTo(words);
    assertThat(Slo.parse(slo.toString())).isEqualTo(slo);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "fast", "99=5ms", "p99", "p99=", "p99=5", "p101=5ms", "p9 9=5ms"})
  void whatIsNoObjectiveIsRefused(String text) {
    assertThatThrownBy(() -> Slo.parse(text)).hasMessageContaining("write");
  }

  @Test
  void itIsKeptWhenThePercentileIsNotAboveTheLimit() {
    Slo p50 = new Slo(50, Duration.ofMillis(20));
    assertThat(p50.keptBy(Runs.report(1, 10, 19, 500))).isTrue();
    assertThat(p50.keptBy(Runs.report(1, 10, 21, 500))).isFalse();
  }

  @Test
  void attainmentIsTheShareOfAllRequestsWithinTheLimitAndFailuresAreOutsideIt() {
    Slo slo = Slo.parse("p99=130ms");
    Verdict verdict = new Verdict(List.of(), List.of());
    RunReport half = Runs.report(9, verdict, Map.of("UNAVAILABLE", 1L), 10, 129, 131);
    assertThat(half.attainment(slo)).isEqualTo(0.5);
    assertThat(half.goodput(slo)).isEqualTo(2);
    assertThat(half.throughput()).isEqualTo(3);
    RunReport none = Runs.report(9);
    assertThat(none.attainment(slo)).isZero();
    assertThat(none.goodput(slo)).isZero();
    assertThat(none.latencyMs(99)).isZero();
  }
}
