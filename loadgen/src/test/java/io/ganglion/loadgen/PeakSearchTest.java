package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class PeakSearchTest {
  private static final PrintStream NOWHERE =
      new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);

  private static RunReport report(double rate, double p99Ms) {
    Histogram latencies = new Histogram(3);
    latencies.recordValue((long) (p99Ms * 1e6));
    return new RunReport(
        "scripted",
        "",
        100,
        0,
        0,
        1,
        latencies,
        new Histogram(3),
        0,
        List.of(),
        Map.of(),
        Map.of(),
        0,
        0,
        OptionalDouble.of(rate),
        List.of());
  }

  @Property(tries = 200)
  void thePeakIsFoundWithinFivePercent(@ForAll @DoubleRange(min = 1, max = 500_000) double peak)
      throws InterruptedException {
    PeakSearch search =
        new PeakSearch(
            rate -> report(rate, rate <= peak ? 50 : 500),
            List.of(Slo.parse("p50=100ms"), Slo.parse("p99=200ms")),
            () -> false,
            NOWHERE);
    double found = search.find().plannedRate().orElseThrow();
    assertThat(found).isLessThanOrEqualTo(peak).isGreaterThan(peak / 1.06);
  }

  @Test
  void aFirstRunOnColdMachinesDoesNotBoundTheSearch() throws InterruptedException {
    AtomicInteger runs = new AtomicInteger();
    PeakSearch search =
        new PeakSearch(
            rate -> report(rate, runs.getAndIncrement() == 0 || rate > 3000 ? 500 : 50),
            List.of(Slo.parse("p99=200ms")),
            () -> false,
            NOWHERE);
    assertThat(search.find().plannedRate().orElseThrow()).isBetween(2850.0, 3000.0);
  }

  @Test
  void anInterruptedSearchRunsNoMoreTrialsAndSaysThatThereMayBeMore() throws InterruptedException {
    AtomicInteger runs = new AtomicInteger();
    PeakSearch search =
        new PeakSearch(
            rate -> report(rate, runs.incrementAndGet() == 3 ? 900 : 50),
            List.of(Slo.parse("p99=200ms")),
            () -> runs.get() == 3,
            NOWHERE);
    RunReport best = search.find();
    assertThat(runs).hasValue(3);
    assertThat(best.plannedRate()).hasValue(100);
    assertThat(best.invalid()).containsExactly("the search was interrupted");
  }

  @Test
  void aServerThatKeepsNoRateIsAnError() {
    PeakSearch search =
        new PeakSearch(
            rate -> report(rate, 900), List.of(Slo.parse("p99=200ms")), () -> false, NOWHERE);
    assertThatThrownBy(search::find).hasMessageContaining("p99=200ms");
  }
}
