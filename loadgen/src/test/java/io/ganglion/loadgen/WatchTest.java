package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests what the watch sees of a run each second, and what is printed. */
class WatchTest {
  private final VirtualTime time = new VirtualTime(Runs.START_NS);
  private final List<Second> seen = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private RunReport watched(VirtualServer server, LoadPlan plan) throws InterruptedException {
    return Runs.runner(server, time).run(plan, seen::add);
  }

  private String printed(boolean terminal, Second... seconds) {
    Progress progress = new Progress(new PrintStream(out, true, StandardCharsets.UTF_8), terminal);
    List.of(seconds).forEach(progress);
    progress.end();
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void eachSecondHasItsRateItsLatenciesAndWhatIsInFlight() throws InterruptedException {
    VirtualServer server =
        new VirtualServer(
            time, 100, (n, at) -> VirtualTime.ms(at - Runs.START_NS < 1_000_000_000L ? 100 : 200));
    RunReport report = watched(server, Runs.open(50, Duration.ofSeconds(2)));
    assertThat(report.timeline()).isEqualTo(seen).hasSize(3);
    Second first = seen.get(0);
    assertThat(first.atSeconds()).isEqualTo(1);
    assertThat(first.rate()).isEqualTo(46); // those sent at 0 to 900 ms
    assertThat(first.inFlight()).isEqualTo(5); // the request due at 1,000 ms is sent at that moment
    assertThat(first.p99Ms()).isCloseTo(100, within(0.2));
    assertThat(seen.get(1).p50Ms()).isCloseTo(200, within(0.3));
  }

  @Test
  void theRestAtTheEndIsShorterThanASecondAndItsRateIsOfItsLength() throws InterruptedException {
    VirtualServer server = VirtualServer.answeringIn(time, VirtualTime.ms(100));
    watched(server, Runs.closed(10, 1, 12, LoadPlan.UNLIMITED));
    assertThat(seen).hasSize(2);
    assertThat(seen.get(0).lengthSeconds()).isEqualTo(1);
    assertThat(seen.get(1).lengthSeconds()).isCloseTo(0.2, within(1e-9));
    assertThat(seen.get(1).rate()).isCloseTo(100, within(1e-6));
    assertThat(seen.get(1).atSeconds()).isCloseTo(1.2, within(1e-9));
  }

  @Test
  void secondsOfTheWarmUpAreToldAndAreNoPartOfTheReport() throws InterruptedException {
    VirtualServer server = VirtualServer.answeringIn(time, VirtualTime.ms(1));
    RunReport report =
        watched(
            server,
            Runs.open(100, Duration.ofSeconds(2))
                .lasting(Duration.ofMillis(1500), Duration.ofSeconds(2)));
    assertThat(seen.stream().map(Second::atSeconds))
        .startsWith(-0.5, 0.0, 1.0) // the warm-up's end starts a second of its own
        .hasSize(4);
    assertThat(report.timeline()).hasSize(2).allMatch(second -> second.atSeconds() > 0);
    assertThat(report.timeline().get(0).rate()).isEqualTo(100);
  }

  @Test
  void failuresAreThoseOfTheirSecond() throws InterruptedException {
    VirtualServer server =
        new VirtualServer(
            time, 9, (n, at) -> at - Runs.START_NS < 1_000_000_000L ? -1 : VirtualTime.ms(1));
    watched(server, Runs.open(10, Duration.ofSeconds(2)));
    assertThat(seen.get(0).errors()).isEqualTo(Map.of("UNAVAILABLE", 10L));
    assertThat(seen.get(0).errorCount()).isEqualTo(10);
    assertThat(seen.get(1).errors()).isEmpty();
  }

  @Test
  void theLoadGeneratorsOwnProcessorTimeIsOfTheCountedTimeAlone() throws InterruptedException {
    VirtualServer server = VirtualServer.answeringIn(time, VirtualTime.ms(1));
    long warmUntil = Runs.START_NS + 2_000_000_000L;
    LoadRunner runner =
        new LoadRunner(
            server, time, () -> Math.max(0, time.nowNs() - warmUntil) / 2, Runs.PAIRS, null);
    LoadPlan plan =
        Runs.open(100, Duration.ofSeconds(2)).lasting(Duration.ofSeconds(2), Duration.ofSeconds(2));
    assertThat(runner.run(plan, second -> {}).cores()).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void aLineOfProgressSaysHowTheSecondWas() {
    Second second = new Second(3, 1, 12_345.6, 96, 7.25, 12.06, Map.of("UNAVAILABLE", 2L));
    assertThat(printed(false, second, Runs.second(4, 1, 10)))
        .isEqualToNormalizingNewlines(
            """
               3 s    12,346/s  in flight 96  p50 7.3 ms  p99 12.1 ms  errors {UNAVAILABLE=2}
               4 s        10/s  in flight 3  p50 1.5 ms  p99 2.5 ms  errors {UNAVAILABLE=2}
            """);
  }

  @Test
  void aWarmUpCountsDown() {
    assertThat(printed(false, Runs.second(-4, 1, 10), Runs.second(0, 1, 10)).lines())
        .containsExactly("warm-up, 4 s left", "warm-up, 0 s left");
  }

  @Test
  void aTerminalsLineIsRedrawnInPlace() {
    assertThat(printed(true, Runs.second(1, 1, 10), Runs.second(2, 1, 10)))
        .contains("\r\u001b[K   1 s", "\r\u001b[K   2 s")
        .endsWith("errors 0" + System.lineSeparator());
    assertThat(out.toString(StandardCharsets.UTF_8)).containsOnlyOnce("\n");
  }
}
