package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ClosedLoopTest {
  private final VirtualTime time = new VirtualTime(Runs.START_NS);

  @Test
  void eachClientSendsItsCycleAndTheRunEndsWithTheLastAnswer() throws InterruptedException {
    VirtualServer server = VirtualServer.answeringIn(time, VirtualTime.ms(20));
    RunReport report = Runs.run(server, time, Runs.closed(3, 1, 10, LoadPlan.UNLIMITED));
    assertThat(report.counts().ok()).isEqualTo(30);
    assertThat(report.seconds()).isEqualTo(0.2);
    assertThat(report.throughput()).isCloseTo(150, within(1e-9));
    assertThat(report.latencyMs(50)).isCloseTo(20, within(0.03));
    assertThat(report.verdict().good()).isTrue();
    assertThat(report.title())
        .contains("closed loop, 3 clients with 1 in flight, a virtual server");
    assertThat(
            server.clients.stream().collect(Collectors.groupingBy(c -> c, Collectors.counting())))
        .containsOnly(
            java.util.Map.entry(0, 10L), java.util.Map.entry(1, 10L), java.util.Map.entry(2, 10L));
    assertThat(server.closed()).as("clients closed").isEqualTo(3);
  }

  @Test
  void noMoreThanPlannedAreInFlight() throws InterruptedException {
    VirtualServer server = VirtualServer.answeringIn(time, VirtualTime.ms(7));
    Runs.run(server, time, Runs.closed(3, 5, 40, LoadPlan.UNLIMITED));
    assertThat(server.mostInFlight).isEqualTo(15);
    assertThat(server.sentAtNs).hasSize(120);
  }

  @Test
  void theNextRequestIsSentWhenOneIsAnswered() throws InterruptedException {
    VirtualServer server = VirtualServer.answeringIn(time, VirtualTime.ms(8));
    Runs.run(server, time, Runs.closed(1, 1, 4, LoadPlan.UNLIMITED));
    assertThat(server.sentAtNs).containsExactly(at(0), at(8), at(16), at(24));
  }

  @Test
  void aDurationEndsTheSendingAndWhatIsInFlightIsStillCounted() throws InterruptedException {
    VirtualServer server = VirtualServer.answeringIn(time, VirtualTime.ms(300));
    RunReport report =
        Runs.run(server, time, Runs.closed(2, 1, Long.MAX_VALUE, Duration.ofSeconds(1)));
    assertThat(server.sentAtNs.get(server.sentAtNs.size() - 1)).isEqualTo(at(900));
    assertThat(report.counts().ok()).isEqualTo(8);
    assertThat(report.seconds()).isEqualTo(1.2);
  }

  @Test
  void whatIsSentInTheWarmUpIsNotCountedAndNotPartOfTheCycle() throws InterruptedException {
    VirtualServer server =
        new VirtualServer(
            time,
            100,
            (n, at) -> VirtualTime.ms(at - Runs.START_NS < VirtualTime.ms(500) ? 90 : 10));
    LoadPlan plan =
        Runs.closed(1, 1, 5, LoadPlan.UNLIMITED)
            .lasting(Duration.ofMillis(500), LoadPlan.UNLIMITED);
    RunReport report = Runs.run(server, time, plan);
    // Six of 90 ms are sent before 500 ms; the last of them ends at 540 ms and is not counted.
    assertThat(server.sentAtNs).hasSize(11);
    assertThat(report.counts().ok()).isEqualTo(5);
    assertThat(report.maxMs()).isCloseTo(10, within(0.02));
    assertThat(report.seconds()).isCloseTo(0.09, within(1e-9));
  }

  @Test
  void aFailedRequestIsFollowedByAPauseSoThatADeadServerIsNotHammered()
      throws InterruptedException {
    VirtualServer server = new VirtualServer(time, 1, (n, at) -> -1);
    RunReport report = Runs.run(server, time, Runs.closed(1, 1, 5, LoadPlan.UNLIMITED));
    assertThat(server.sentAtNs).containsExactly(at(0), at(10), at(20), at(30), at(40));
    assertThat(report.counts().failures()).containsEntry("UNAVAILABLE", 5L);
    assertThat(report.counts().firstMessages()).containsEntry("UNAVAILABLE", "scripted");
    assertThat(report.verdict().words()).isEqualTo("load VALID, server FAILED");
    assertThat(report.verdict().reasons()).isEqualTo("5 of 5 requests failed (100.0 %)");
  }

  @Test
  void anInterruptionStopsTheSendingAndTheReportSaysSo() throws InterruptedException {
    VirtualServer server = VirtualServer.answeringIn(time, VirtualTime.ms(10));
    LoadRunner runner = Runs.runner(server, time);
    time.after(VirtualTime.ms(2345), runner::interrupt);
    RunReport report =
        runner.run(Runs.closed(2, 1, Long.MAX_VALUE, LoadPlan.UNLIMITED), second -> {});
    assertThat(runner.interrupted()).isTrue();
    assertThat(report.counts().ok()).isEqualTo(470);
    assertThat(report.verdict().words()).isEqualTo("load INVALID, server OK");
    assertThat(report.verdict().invalid()).containsExactly("the run was interrupted");
  }

  @Test
  void aRunThatIsInterruptedBeforeItBeginsSendsNothing() throws InterruptedException {
    VirtualServer server = VirtualServer.answeringIn(time, VirtualTime.ms(10));
    LoadRunner runner = Runs.runner(server, time);
    runner.interrupt();
    RunReport report = runner.run(Runs.closed(2, 1, 9, LoadPlan.UNLIMITED), second -> {});
    assertThat(server.sentAtNs).isEmpty();
    assertThat(report.verdict().reasons())
        .isEqualTo("the run was interrupted; no request was answered");
  }

  @Test
  void answersAreJudgedByTheirLabels() throws InterruptedException {
    VirtualServer server = VirtualServer.answeringIn(time, VirtualTime.ms(1));
    RunReport report = Runs.run(server, time, Runs.closed(1, 1, 10, LoadPlan.UNLIMITED));
    // Both pairs are labelled 1, and the server says so of the one whose texts are equal.
    assertThat(report.counts().labelled()).isEqualTo(10);
    assertThat(report.counts().accuracy()).hasValue(0.5);
  }

  @Test
  void cancelledRequestsAreCountedApartAndEachWithin20Milliseconds() throws InterruptedException {
    VirtualServer server = VirtualServer.answeringIn(time, VirtualTime.ms(500));
    LoadPlan plan = Runs.closed(4, 1, 50, LoadPlan.UNLIMITED);
    LoadPlan cancelling =
        new LoadPlan(
            plan.clients(),
            plan.inFlight(),
            plan.cycle(),
            plan.duration(),
            plan.warmUp(),
            plan.rate(),
            plan.arrivals(),
            plan.seed(),
            plan.sweep(),
            1);
    RunReport report = Runs.run(server, time, cancelling);
    assertThat(report.counts().cancelled()).isEqualTo(200);
    assertThat(report.counts().ended()).isZero();
    // 50 in turn, each cancelled within 20 ms and followed by a pause of 10 ms.
    assertThat(report.seconds()).isLessThan(50 * 0.030);
  }

  @Test
  void everyLatencyIsLogged() throws Exception {
    VirtualServer server = VirtualServer.answeringIn(time, VirtualTime.ms(25));
    LatencyLog log = new LatencyLog();
    LoadRunner runner = new LoadRunner(server, time, () -> 0, Runs.PAIRS, log);
    runner.run(Runs.closed(1, 1, 3, LoadPlan.UNLIMITED), second -> {});
    java.nio.file.Path file = java.nio.file.Files.createTempFile("latencies", ".txt");
    try {
      log.appendTo(file);
      assertThat(java.nio.file.Files.readAllLines(file)).containsExactly("0.025", "0.025", "0.025");
    } finally {
      java.nio.file.Files.delete(file);
    }
  }

  @Test
  void aSweepOfPairsIsSharedAndARandomChoiceRepeatsForItsSeed() throws InterruptedException {
    VirtualServer server = VirtualServer.answeringIn(time, VirtualTime.ms(1));
    Runs.run(server, time, Runs.closed(2, 1, 2, LoadPlan.UNLIMITED));
    assertThat(server.pairs.stream().map(pair -> pair.textB())).containsExactly("a", "b", "a", "b");
    assertThat(choice(7, 0)).isEqualTo(choice(7, 0)).isNotEqualTo(choice(7, 1));
    assertThat(choice(7, 0)).isNotEqualTo(choice(8, 0)).contains(true, false);
  }

  private static List<Boolean> choice(long seed, int client) {
    PairChooser chooser = PairChooser.random(Runs.PAIRS.pairs(), seed, client);
    List<Boolean> firsts = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      firsts.add(chooser.next().equals(Runs.PAIRS.pairs().get(0)));
    }
    return firsts;
  }

  private static long at(double ms) {
    return Runs.START_NS + VirtualTime.ms(ms);
  }
}
