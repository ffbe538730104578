package io.ganglion.loadgen;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Carries out one plan and reports it. One run at a time. */
final class LoadRunner {
  /** A sender that is later than this has not offered the load that was planned. */
  private static final Duration LATEST = Duration.ofMillis(50);

  private static final double REACHED = 0.99;

  /** What arrivals and clocks may scatter by in a short run. */
  private static final double LEAST_SLACK_NS = 3e8;

  /** No server that is keeping up takes longer; what does is a backlog. */
  private static final double LONGEST_SERVICE_NS = 5e9;

  private final Connections connections;
  private final PairSet pairs;
  private final @Nullable LatencyLog log;
  private volatile @Nullable Loop running;
  private volatile boolean interrupted;

  /**
   * A runner over connections that stay open.
   *
   * @param log takes every latency; null for none
   */
  LoadRunner(Connections connections, PairSet pairs, @Nullable LatencyLog log) {
    this.connections = connections;
    this.pairs = pairs;
    this.log = log;
  }

  /** Ends the run early; its report then says so. */
  void interrupt() {
    interrupted = true;
    Loop loop = running;
    if (loop != null) {
      loop.stop();
    }
  }

  boolean interrupted() {
    return interrupted;
  }

  RunReport run(LoadPlan plan, Consumer<Second> progress) throws InterruptedException {
    List<Requests> clients = new ArrayList<>();
    Canceller canceller =
        plan.cancelFraction() > 0
            ? new Canceller(plan.cancelFraction(), plan.seed(), connections.timer())
            : null;
    try {
      for (int i = 0; i < plan.clients(); i++) {
        clients.add(connections.open(i, plan.inFlight()));
      }
      Run run = new Run(System::nanoTime, plan.warmUp().toNanos(), log, canceller);
      return plan.rate().isPresent()
          ? open(plan, run, clients, progress)
          : closed(plan, run, clients, progress);
    } finally {
      clients.forEach(Requests::close);
    }
  }

  private RunReport closed(
      LoadPlan plan, Run run, List<Requests> clients, Consumer<Second> progress)
      throws InterruptedException {
    long endNs = run.countFromNs() + plan.duration().toNanos();
    IntFunction<PairChooser> choosers = choosers(plan);
    Watch watch = new Watch(run, progress);
    drive(
        new ClosedLoop(
            run, clients, choosers, plan.inFlight(), plan.cycle(), endNs, connections.timer()),
        watch);
    List<String> invalid = interrupted ? List.of("the run was interrupted") : List.of();
    String title =
        String.format(
            Locale.ROOT,
            "closed loop, %d clients with %d in flight, %s",
            plan.clients(),
            plan.inFlight(),
            connections.describe());
    return report(title, run, watch, OptionalDouble.empty(), invalid);
  }

  private RunReport open(LoadPlan plan, Run run, List<Requests> clients, Consumer<Second> progress)
      throws InterruptedException {
    long warmUpNs = plan.warmUp().toNanos();
    long endNs = warmUpNs + plan.duration().toNanos();
    long planned = Schedule.count(plan.schedule(), warmUpNs, endNs);
    run.markAfter((long) Math.ceil(REACHED * planned));
    OpenLoop loop =
        new OpenLoop(
            run,
            clients,
            choosers(plan).apply(0),
            plan.schedule(),
            endNs,
            plan.inFlight(),
            connections.timer());
    Watch watch = new Watch(run, progress);
    drive(loop, watch);
    String title =
        String.format(
            Locale.ROOT,
            "open loop, %s arrivals at %,.1f/s over %d clients, %s",
            plan.arrivals(),
            plan.rate().orElseThrow(),
            plan.clients(),
            connections.describe());
    return report(title, run, watch, plan.rate(), verdict(plan, run, watch, loop, planned));
  }

  private void drive(Loop loop, Watch watch) throws InterruptedException {
    running = loop;
    if (interrupted) {
      loop.stop();
    }
    watch.until(loop.start());
    running = null;
  }

  private IntFunction<PairChooser> choosers(LoadPlan plan) {
    if (plan.sweep()) {
      PairChooser shared = PairChooser.sweep(pairs.pairs());
      return client -> shared;
    }
    return client -> PairChooser.random(pairs.pairs(), plan.seed(), client);
  }

  /**
   * The rate is reached when the answers kept up: the time in which 99 % of the requests were
   * answered, less what an answer takes on a free server, is the time that the plan gives them.
   */
  private List<String> verdict(LoadPlan plan, Run run, Watch watch, OpenLoop loop, long planned) {
    List<String> invalid = new ArrayList<>();
    if (interrupted) {
      invalid.add("the run was interrupted");
      return invalid;
    }
    missedRate(plan, run, watch, planned)
        .ifPresent(
            reached ->
                invalid.add(
                    String.format(
                        Locale.ROOT,
                        "the server reached %,.1f/s of the planned %,.1f/s",
                        reached,
                        plan.rate().orElseThrow())));
    double lateMs = loop.lateness().getValueAtPercentile(99) / 1e6;
    if (lateMs > LATEST.toMillis() && invalid.isEmpty()) {
      invalid.add(
          String.format(
              Locale.ROOT,
              "the load generator sent late, p99 %.1f ms after the intended time; give it a"
                  + " --warmup, or ask for less",
              lateMs));
    }
    return invalid;
  }

  /** Answers a second, unless they kept up with the plan. */
  private static OptionalDouble missedRate(LoadPlan plan, Run run, Watch watch, long planned) {
    double freeNs = freeServerNs(watch);
    if (run.markedNs() < 0) {
      double neededNs = Math.max((double) plan.duration().toNanos(), run.servedNs() - freeNs);
      return OptionalDouble.of(run.served() / (neededNs / 1e9));
    }
    double neededNs = run.markedNs() - freeNs;
    double givenNs = REACHED * plan.duration().toNanos();
    double slackNs = Math.max(0.02 * givenNs, LEAST_SLACK_NS);
    return neededNs > givenNs + slackNs
        ? OptionalDouble.of(REACHED * planned / (neededNs / 1e9))
        : OptionalDouble.empty();
  }

  private static double freeServerNs(Watch watch) {
    return watch.total().getTotalCount() == 0
        ? 0
        : Math.min((double) watch.total().getValueAtPercentile(10), LONGEST_SERVICE_NS);
  }

  private RunReport report(
      String title, Run run, Watch watch, OptionalDouble rate, List<String> reasons) {
    Tally tally = run.tally();
    List<String> invalid = new ArrayList<>(reasons);
    if (tally.okCount() == 0) {
      invalid.add(0, "no request was answered");
    }
    return new RunReport(
        title,
        pairs.name() + ", " + pairs.lengths(),
        tally.okCount(),
        tally.failedCount(),
        tally.cancelledCount(),
        run.elapsedNs() / 1e9,
        watch.total(),
        tally.tokens(),
        watch.cores(),
        watch.seconds(),
        tally.failuresByCode(),
        tally.firstMessages(),
        tally.labelledCount(),
        tally.correctCount(),
        rate,
        invalid);
  }
}
