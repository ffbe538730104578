package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class PeakSearchTest {
  private static final PrintStream NOWHERE =
      new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);

  private static PeakSearch search(PeakSearch.Load load, String... objectives) {
    return new PeakSearch(
        load, List.of(objectives).stream().map(Slo::parse).toList(), () -> false, NOWHERE);
  }

  private static double peak(RateStudy study) {
    return study.detail().orElseThrow().plannedRate().orElseThrow();
  }

  @Property(tries = 200)
  void thePeakIsFoundWithinFivePercent(@ForAll @DoubleRange(min = 1, max = 500_000) double peak)
      throws InterruptedException {
    RateStudy study =
        search(rate -> Runs.report(rate, rate <= peak ? 50 : 500), "p50=100ms", "p99=200ms").find();
    assertThat(peak(study)).isLessThanOrEqualTo(peak).isGreaterThan(peak / 1.06);
    assertThat(study.good()).isTrue();
  }

  @Test
  void allTrialsAreToldAndASentenceSaysWhatTheyMean() throws InterruptedException {
    RateStudy study =
        search(rate -> Runs.report(rate, rate <= 7000 ? 50 : 500), "p99=100ms").find();
    assertThat(study.sentence()).isEqualTo("7,000/s keep p99 under 100 ms");
    assertThat(study.trials().stream().map(Trial::rate))
        .startsWith(50.0, 100.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0, 12_800.0)
        .contains(6800.0);
    assertThat(study.trials()).allMatch(trial -> trial.kept() == (trial.rate() <= 7000));
    assertThat(study.trials().stream().filter(t -> !t.kept()).map(t -> t.missed().orElseThrow()))
        .containsOnly("p99=100ms");
    assertThat(study.curve().stream().map(Trial::rate)).isSorted();
  }

  @Test
  void severalObjectivesAreOneSentence() throws InterruptedException {
    RateStudy study =
        search(rate -> Runs.report(rate, rate <= 60 ? 50 : 500), "p50=100ms", "p99=200ms").find();
    assertThat(study.sentence()).endsWith("/s keep p50 under 100 ms and p99 under 200 ms");
    assertThat(study.strictest()).isEqualTo(Slo.parse("p99=200ms"));
  }

  @Test
  void aFirstRunOnColdMachinesDoesNotBoundTheSearch() throws InterruptedException {
    AtomicInteger runs = new AtomicInteger();
    RateStudy study =
        search(
                rate -> Runs.report(rate, runs.getAndIncrement() == 0 || rate > 3000 ? 500 : 50),
                "p99=200ms")
            .find();
    assertThat(peak(study)).isBetween(2850.0, 3000.0);
  }

  @Test
  void anInterruptedSearchRunsNoMoreTrialsAndSaysThatThereMayBeMore() throws InterruptedException {
    AtomicInteger runs = new AtomicInteger();
    RateStudy study =
        new PeakSearch(
                rate -> Runs.report(rate, runs.incrementAndGet() == 3 ? 900 : 50),
                List.of(Slo.parse("p99=200ms")),
                () -> runs.get() == 3,
                NOWHERE)
            .find();
    assertThat(runs).hasValue(3);
    assertThat(peak(study)).isEqualTo(100);
    assertThat(study.good()).isFalse();
    assertThat(study.sentence())
        .isEqualTo("the search was interrupted: 100/s keep p99 under 200 ms, and more may");
  }

  @Test
  void aSearchThatIsInterruptedAtOnceKnowsNothing() throws InterruptedException {
    RateStudy study =
        new PeakSearch(
                rate -> Runs.report(rate, 50), List.of(Slo.parse("p99=1s")), () -> true, NOWHERE)
            .find();
    assertThat(study.trials()).isEmpty();
    assertThat(study.sentence())
        .isEqualTo("the search was interrupted: no rate is known to keep p99 under 1000 ms");
  }

  @Test
  void aServerThatKeepsNoRateIsNotGood() throws InterruptedException {
    RateStudy study = search(rate -> Runs.report(rate, 900), "p99=200ms").find();
    assertThat(study.good()).isFalse();
    assertThat(study.detail()).isEmpty();
    assertThat(study.sentence()).isEqualTo("not even 0.2/s keep p99 under 200 ms");
  }

  @Test
  void failedRequestsAndInvalidLoadsMiss() throws InterruptedException {
    Verdict well = new Verdict(List.of(), List.of());
    RateStudy failing =
        search(
                rate ->
                    Runs.report(rate, well, rate > 60 ? Map.of("UNAVAILABLE", 3L) : Map.of(), 50),
                "p99=200ms")
            .find();
    assertThat(failing.trials().get(1).missed()).hasValue("3 requests failed");
    Verdict late = new Verdict(List.of("sent late"), List.of());
    RateStudy lagging =
        search(rate -> Runs.report(rate, rate > 60 ? late : well, Map.of(), 50), "p99=200ms")
            .find();
    assertThat(lagging.trials().get(1).missed()).hasValue("sent late");
  }

  @Test
  void thePeakOfAServerIsFoundInVirtualTime() throws InterruptedException {
    VirtualTime time = new VirtualTime(Runs.START_NS);
    LoadRunner runner =
        Runs.runner(new VirtualServer(time, 4, (n, at) -> VirtualTime.ms(10)), time);
    RateStudy study =
        search(
                rate -> runner.run(Runs.open(rate, Duration.ofSeconds(5)), second -> {}),
                "p99=100ms")
            .find();
    // Four cores of 100/s; even arrivals queue nowhere below that.
    assertThat(peak(study)).isBetween(380.0, 412.0);
    assertThat(study.trials()).hasSizeGreaterThan(8);
  }
}
