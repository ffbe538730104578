package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class OpenLoopTest {
  private static final Duration FOUR_SECONDS = Duration.ofSeconds(4);

  private final VirtualTime time = new VirtualTime(Runs.START_NS);

  private static long sinceStart(long atNs) {
    return atNs - Runs.START_NS;
  }

  @Test
  void requestsAreSentAtTheirTimesWhateverTheServerDoes() throws InterruptedException {
    VirtualServer server = VirtualServer.answeringIn(time, VirtualTime.ms(1500));
    RunReport report = Runs.run(server, time, Runs.open(100, Duration.ofSeconds(1)));
    assertThat(server.sentAtNs).hasSize(100);
    for (int i = 0; i < 100; i++) {
      assertThat(sinceStart(server.sentAtNs.get(i))).isEqualTo(VirtualTime.ms(10 * i));
    }
    assertThat(report.counts().ok()).isEqualTo(100);
    assertThat(report.latencyMs(50)).isCloseTo(1500, within(2.0));
    assertThat(report.plannedRate()).hasValue(100);
  }

  @Test
  void theThreadWakesForSeveralRequestsAndNeverSendsEarly() throws InterruptedException {
    VirtualServer server = VirtualServer.answeringIn(time, VirtualTime.ms(1));
    Runs.run(server, time, Runs.open(20_000, Duration.ofMillis(100)));
    assertThat(server.sentAtNs).hasSize(2000);
    assertThat(new HashSet<>(server.sentAtNs)).as("moments").hasSizeBetween(95, 105);
    for (int i = 0; i < 2000; i++) {
      assertThat(sinceStart(server.sentAtNs.get(i)) - i * 50_000L).isBetween(0L, 1_050_000L);
    }
  }

  @Test
  void aStallIsChargedToEveryRequestThatItDelays() throws InterruptedException {
    // With room for all, requests are sent on time, and each waits for the rest of the stall.
    VirtualServer server =
        VirtualServer.answeringIn(time, VirtualTime.ms(1))
            .stalled(Runs.START_NS + VirtualTime.ms(1000), Runs.START_NS + VirtualTime.ms(2000));
    RunReport report = Runs.run(server, time, Runs.open(500, FOUR_SECONDS));
    assertThat(report.counts().ok()).isEqualTo(2000);
    assertThat(report.maxMs()).isCloseTo(1001, within(2.0));
    assertThat(report.latencyMs(99)).isBetween(940.0, 965.0); // 1 of 100 waits for over 960 ms
    assertThat(report.latencyMs(74)).isLessThan(2);
    assertThat(report.latencyMs(76)).isGreaterThan(20);
  }

  @Test
  void latencyCountsFromTheIntendedTimeWhenNoClientHasRoom() throws InterruptedException {
    // At most two requests are in flight in the stall; those that should have been sent count too.
    VirtualServer server =
        VirtualServer.answeringIn(time, VirtualTime.ms(1))
            .stalled(Runs.START_NS + VirtualTime.ms(1000), Runs.START_NS + VirtualTime.ms(2000));
    RunReport report =
        Runs.run(server, time, Runs.open(500, FOUR_SECONDS, 2, 1, Schedule.Arrivals.CONSTANT));
    assertThat(server.mostInFlight).isEqualTo(2);
    assertThat(report.counts().ok()).isEqualTo(2000);
    assertThat(report.latencyMs(90))
        .as("by the time of sending it would be 1 ms")
        .isGreaterThan(500);
    assertThat(report.verdict().words()).isEqualTo("load INVALID, server OK");
    assertThat(report.verdict().reasons())
        .contains("sent late", "no client had room; give it more --clients or --in-flight");
  }

  @Test
  void clientsSendInTurnAndAFullOneIsPassedOver() throws InterruptedException {
    VirtualServer server = new VirtualServer(time, 100, (n, at) -> VirtualTime.ms(n == 0 ? 55 : 1));
    Runs.run(server, time, Runs.open(100, Duration.ofMillis(80), 3, 1, Schedule.Arrivals.CONSTANT));
    assertThat(server.clients).containsExactly(0, 1, 2, 1, 2, 1, 2, 0);
  }

  @Test
  void aServerThatFallsBehindHasFailedAndTheLoadIsValid() throws InterruptedException {
    VirtualServer server = new VirtualServer(time, 1, (n, at) -> VirtualTime.ms(10));
    RunReport report = Runs.run(server, time, Runs.open(200, FOUR_SECONDS));
    assertThat(report.counts().ok()).isEqualTo(800);
    assertThat(report.seconds()).isCloseTo(8, within(1e-6));
    assertThat(report.verdict().words()).isEqualTo("load VALID, server FAILED");
    assertThat(report.verdict().reasons())
        .matches("it reached 1[0-9]{2}\\.[0-9]/s of the planned 200\\.0/s");
  }

  @Test
  void aSenderThatIsLateHasNotOfferedTheLoad() throws InterruptedException {
    // Sending 100 requests takes 11 ms each, which is 100 ms too long.
    VirtualServer server =
        VirtualServer.answeringIn(time, VirtualTime.ms(1)).withSendCost(VirtualTime.ms(11));
    RunReport report = Runs.run(server, time, Runs.open(100, Duration.ofSeconds(1)));
    assertThat(report.verdict().words()).isEqualTo("load INVALID, server OK");
    assertThat(report.verdict().reasons())
        .contains("the load generator sent late, p99 9", "--warmup");
  }

  @Test
  void aSlightLatenessIsForgiven() throws InterruptedException {
    VirtualServer server =
        VirtualServer.answeringIn(time, VirtualTime.ms(1)).withSendCost(VirtualTime.ms(10.3));
    RunReport report = Runs.run(server, time, Runs.open(100, Duration.ofSeconds(1)));
    assertThat(report.verdict().good()).as(report.verdict().reasons()).isTrue();
  }

  @Test
  void requestsMeantForTheWarmUpAreNotCounted() throws InterruptedException {
    VirtualServer server =
        new VirtualServer(
            time, 100_000, (n, at) -> VirtualTime.ms(sinceStart(at) < 1_500_000_000L ? 800 : 2));
    LoadPlan plan =
        Runs.open(100, FOUR_SECONDS).lasting(Duration.ofMillis(1500), Duration.ofSeconds(2));
    RunReport report = Runs.run(server, time, plan);
    assertThat(server.sentAtNs).hasSize(350);
    assertThat(report.counts().ok()).isEqualTo(200);
    assertThat(report.maxMs()).as("the slow ones were meant for the warm-up").isLessThan(3);
    assertThat(report.seconds()).isCloseTo(1.992, within(1e-6));
  }

  @Test
  void aScheduleOfRareRequestsEndsWhenItIsInterrupted() throws InterruptedException {
    VirtualServer server = VirtualServer.answeringIn(time, VirtualTime.ms(1));
    LoadRunner runner = Runs.runner(server, time);
    time.after(VirtualTime.ms(5500), runner::interrupt);
    RunReport report = runner.run(Runs.open(0.001, Duration.ofHours(5)), second -> {});
    assertThat(sinceStart(time.nowNs())).as("not at the next request").isEqualTo(5_500_000_000L);
    assertThat(report.verdict().reasons()).isEqualTo("the run was interrupted");
  }

  @Test
  void refusalsAreFailuresAndNotWhatTheServerReached() throws InterruptedException {
    VirtualServer server =
        new VirtualServer(time, 100, (n, at) -> n % 2 == 0 ? VirtualTime.ms(1) : -1);
    RunReport report = Runs.run(server, time, Runs.open(200, FOUR_SECONDS));
    assertThat(report.verdict().words()).isEqualTo("load VALID, server FAILED");
    assertThat(report.verdict().failed())
        .containsExactly(
            "400 of 800 requests failed (50.0 %)", "it reached 100.0/s of the planned 200.0/s");
  }

  @Test
  void cancelledRequestsCountAsServed() throws InterruptedException {
    VirtualServer server = VirtualServer.answeringIn(time, VirtualTime.ms(30));
    LoadPlan plan =
        new LoadPlan(
            4,
            1000,
            Long.MAX_VALUE,
            FOUR_SECONDS,
            Duration.ZERO,
            OptionalDouble.of(200),
            Schedule.Arrivals.POISSON,
            3,
            true,
            0.5);
    RunReport report = Runs.run(server, time, plan);
    assertThat(report.verdict().good()).as(report.verdict().reasons()).isTrue();
    assertThat(report.counts().cancelled()).isBetween(300L, 500L);
  }

  @Test
  void aRunOfAnHourTakesAMoment() throws InterruptedException {
    VirtualServer server = new VirtualServer(time, 2, (n, at) -> VirtualTime.ms(20));
    RunReport report =
        Runs.run(
            server, time, Runs.open(50, Duration.ofHours(1), 8, 100, Schedule.Arrivals.POISSON));
    assertThat(report.counts().ok()).isBetween(178_000L, 182_000L);
    assertThat(report.timeline()).hasSizeBetween(3600, 3601);
    assertThat(report.verdict().good()).as(report.verdict().reasons()).isTrue();
    // Two cores of 50/s each, half loaded: some wait for one answer, hardly any for three.
    assertThat(report.latencyMs(50)).isCloseTo(20, within(1.0));
    assertThat(report.latencyMs(99)).isBetween(25.0, 70.0);
  }

  @Test
  void theServersOwnTimesAreKept() throws InterruptedException {
    VirtualServer server = VirtualServer.answeringIn(time, VirtualTime.ms(3));
    ServerSplit split = Runs.run(server, time, Runs.open(100, Duration.ofSeconds(1))).split();
    assertThat(split.known()).isTrue();
    assertThat(split.queueMs(50)).isCloseTo(1, within(0.02));
    assertThat(split.inferenceMs(99)).isCloseTo(3, within(0.05));
    assertThat(split.batchSize().getMean()).isEqualTo(4);
    assertThat(List.of(split.queueNs().getTotalCount(), split.batchSize().getTotalCount()))
        .containsOnly(100L);
  }
}
