package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Sweeps in virtual time over servers with known capacity. */
class LoadSweepTest {
  private static final Slo OBJECTIVE = Slo.parse("p99=130ms");

  private final VirtualTime time = new VirtualTime(Runs.START_NS);
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  private RateStudy sweep(VirtualServer server) throws InterruptedException {
    return sweep(Runs.runner(server, time));
  }

  private RateStudy sweep(LoadRunner runner) throws InterruptedException {
    SweepPlan plan =
        new SweepPlan(
            Runs.closed(8, 1, Long.MAX_VALUE, Duration.ofSeconds(10)),
            Runs.open(1, Duration.ofSeconds(20), 8, 1000, Schedule.Arrivals.POISSON),
            Optional.of(Duration.ofSeconds(20)));
    PrintStream to = new PrintStream(log, true, StandardCharsets.UTF_8);
    return new LoadSweep(
            one -> runner.run(one, second -> {}), plan, OBJECTIVE, runner::interrupted, to)
        .run();
  }

  @Test
  void theCapacityIsTheClosedLoopsRateAndLoadsArePartsOfIt() throws InterruptedException {
    RateStudy study = sweep(new VirtualServer(time, 4, (n, at) -> VirtualTime.ms(20)));
    assertThat(study.capacity().orElseThrow()).isCloseTo(200, within(0.5));
    assertThat(study.trials()).hasSize(15);
    assertThat(study.trials().get(0).rate()).isCloseTo(20, within(0.1));
    assertThat(study.percentOfCapacity(study.trials().get(14)).orElseThrow())
        .isCloseTo(150, within(1e-6));
  }

  @Test
  void belowTheCapacityTheObjectiveIsKeptAndAboveItGoodputFalls() throws InterruptedException {
    RateStudy study = sweep(new VirtualServer(time, 4, (n, at) -> VirtualTime.ms(20)));
    List<Trial> trials = study.trials();
    for (int i = 0; i < 8; i++) {
      assertThat(trials.get(i).kept()).as(10 * (i + 1) + " %").isTrue();
      assertThat(trials.get(i).run().attainment(OBJECTIVE)).isGreaterThan(0.99);
    }
    for (int i = 10; i < 15; i++) {
      assertThat(trials.get(i).kept()).as(10 * (i + 1) + " %").isFalse();
      assertThat(trials.get(i).missed().orElseThrow()).endsWith(" % within 130 ms");
    }
    double peak = trials.get(7).run().goodput(OBJECTIVE);
    assertThat(trials.get(14).run().goodput(OBJECTIVE)).isLessThan(peak / 4);
    assertThat(trials.get(14).run().throughput()).isGreaterThan(peak);
    assertThat(study.sentence())
        .matches("(1[6-9][0-9]|200)/s, ([89]0|100) % of the capacity of 200/s, keep p99 under .*");
    assertThat(study.good()).isTrue();
  }

  @Test
  void everyLoadIsSaidWhenItIsDone() throws InterruptedException {
    sweep(new VirtualServer(time, 4, (n, at) -> VirtualTime.ms(20)));
    assertThat(log.toString(StandardCharsets.UTF_8).lines())
        .hasSize(17)
        .startsWith("capacity: a closed loop of 8 clients, 10 s and 0 s to warm up")
        .anyMatch(l -> l.startsWith("capacity: 200/s; loads from 10 to 150 % of it follow, 300 s"))
        .anyMatch(l -> l.matches("load {2}50 % +100\\.0/s .* attained 100\\.00 %  kept"))
        .anyMatch(l -> l.matches("load 150 % +300\\.0/s .*  missed: .* % within 130 ms"));
  }

  @Test
  void refusedRequestsCountAsLateAndDoNotEndTheSweep() throws InterruptedException {
    VirtualServer server = new VirtualServer(time, 4, (n, at) -> VirtualTime.ms(20)).withQueue(12);
    RateStudy study = sweep(server);
    Trial overloaded = study.trials().get(14);
    assertThat(overloaded.run().counts().failures()).containsKey("RESOURCE_EXHAUSTED");
    assertThat(overloaded.run().attainment(OBJECTIVE)).isBetween(0.55, 0.75);
    assertThat(overloaded.run().goodput(OBJECTIVE))
        .as("a server that refuses in time keeps its goodput")
        .isGreaterThan(180);
    assertThat(overloaded.kept()).isFalse();
    assertThat(study.good()).isTrue();
  }

  @Test
  void aServerThatIsTooSlowAtAnyLoadIsSaidToBe() throws InterruptedException {
    RateStudy study = sweep(new VirtualServer(time, 8, (n, at) -> VirtualTime.ms(140)));
    assertThat(study.trials()).noneMatch(Trial::kept);
    assertThat(study.sentence()).isEqualTo("no load tried keeps p99 under 130 ms");
  }

  @Test
  void aLowerLoadThatMissedIsNamed() throws InterruptedException {
    // The first load meets a cold server: its first ten answers take ten times as long.
    int[] requests = {0};
    VirtualServer server =
        new VirtualServer(
            time,
            4,
            (n, at) -> {
              boolean cold = at - Runs.START_NS > 10_100_000_000L && requests[0]++ < 10;
              return VirtualTime.ms(cold ? 200 : 20);
            });
    RateStudy study = sweep(server);
    assertThat(study.trials().get(0).kept()).isFalse();
    assertThat(study.sentence()).contains("; lower loads missed it: 10 %");
  }

  @Test
  void withoutACapacityThereIsNoSweep() throws InterruptedException {
    RateStudy study = sweep(new VirtualServer(time, 1, (n, at) -> -1));
    assertThat(study.good()).isFalse();
    assertThat(study.trials()).isEmpty();
    assertThat(study.capacity()).isEmpty();
    assertThat(study.sentence()).startsWith("the capacity was not measured: ").contains("failed");
  }

  @Test
  void anInterruptedSweepKeepsWhatItHas() throws InterruptedException {
    VirtualServer server = new VirtualServer(time, 4, (n, at) -> VirtualTime.ms(20));
    LoadRunner runner = Runs.runner(server, time);
    time.after(VirtualTime.ms(10_000 + 2 * 20_000 + 5_000), runner::interrupt);
    RateStudy study = sweep(runner);
    assertThat(study.trials()).hasSize(2);
    assertThat(study.good()).isFalse();
    assertThat(study.sentence())
        .startsWith("the sweep was interrupted after 2 loads: 40.0/s, 20 % of the capacity");
  }
}
