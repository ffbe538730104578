package io.ganglion.loadgen;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out plans and reports on them. One run at a time, on one thread. Any thread may
 * interrupt.
 */
final class LoadRunner {
  /** If the sender is later than this, the planned load was not offered. */
  private static final Duration LATEST = Duration.ofMillis(50);

  /** Longer latencies mean that a backlog grows: a server that keeps up never takes this long. */
  private static final double LONGEST_SERVICE_NS = 5e9;

  private final Target target;
  private final Scheduler scheduler;
  private final LongSupplier cpuNs;
  private final PairSet pairs;
  private final @Nullable LatencyLog log;
  private volatile @Nullable Loop running;
  private volatile boolean interrupted;

  /**
   * A runner for a target. It does not close the target.
   *
   * @param cpuNs gives the processor time that this JVM has used
   * @param log receives every latency; null for none
   */
  LoadRunner(
      Target target,
      Scheduler scheduler,
      LongSupplier cpuNs,
      PairSet pairs,
      @Nullable LatencyLog log) {
    this.target = target;
    this.scheduler = scheduler;
    this.cpuNs = cpuNs;
    this.pairs = pairs;
    this.log = log;
  }

  /** Ends the run early. Its report then says so. */
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
            ? new Canceller(plan.cancelFraction(), plan.seed(), scheduler)
            : null;
    try {
      for (int i = 0; i < plan.clients(); i++) {
        clients.add(target.open(i, plan.inFlight()));
      }
      Run run = new Run(scheduler, plan.warmUp().toNanos(), log, canceller);
      Watch watch = new Watch(scheduler, cpuNs, run, progress);
      return plan.rate().isPresent()
          ? open(plan, run, clients, watch)
          : closed(plan, run, clients, watch);
    } finally {
      clients.forEach(Requests::close);
    }
  }

  private RunReport closed(LoadPlan plan, Run run, List<Requests> clients, Watch watch)
      throws InterruptedException {
    long endNs = run.countFromNs() + plan.duration().toNanos();
    drive(
        new ClosedLoop(
            run, clients, choosers(plan), plan.inFlight(), plan.cycle(), endNs, scheduler),
        watch);
    String title =
        String.format(
            Locale.ROOT,
            "closed loop, %d clients with %d in flight, %s",
            plan.clients(),
            plan.inFlight(),
            target.describe());
    Verdict verdict = Verdict.of(run.tally().counts(), interruption(), List.of());
    return report(title, run, watch, OptionalDouble.empty(), verdict);
  }

  private RunReport open(LoadPlan plan, Run run, List<Requests> clients, Watch watch)
      throws InterruptedException {
    long warmUpNs = plan.warmUp().toNanos();
    long endNs = warmUpNs + plan.duration().toNanos();
    long planned = Schedule.count(plan.schedule(), warmUpNs, endNs);
    run.markAfter(Pace.mark(planned));
    PairChooser chooser = choosers(plan).apply(0);
    OpenLoop loop =
        new OpenLoop(run, clients, chooser, plan.schedule(), endNs, plan.inFlight(), scheduler);
    drive(loop, watch);
    String title =
        String.format(
            Locale.ROOT,
            "open loop, %s arrivals at %,.1f/s over %d clients, %s",
            plan.arrivals(),
            plan.rate().orElseThrow(),
            plan.clients(),
            target.describe());
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

  private List<String> interruption() {
    return interrupted ? List.of("the run was interrupted") : List.of();
  }

  /**
   * The verdict. An interrupted run is not blamed for missing its plan. If the server has a
   * backlog, a late sender is not blamed.
   */
  private Verdict verdict(LoadPlan plan, Run run, Watch watch, OpenLoop loop, long planned) {
    Counts counts = run.tally().counts();
    if (interrupted) {
      return Verdict.of(counts, interruption(), List.of());
    }
    Pace pace =
        new Pace(
            planned,
            plan.duration().toNanos(),
            run.served(),
            run.servedNs(),
            run.markedNs(),
            freeServerNs(watch));
    OptionalDouble reached = pace.missed();
    if (reached.isPresent()) {
      String behind =
          String.format(
              Locale.ROOT,
              "it reached %,.1f/s of the planned %,.1f/s",
              reached.getAsDouble(),
              plan.rate().orElseThrow());
      return Verdict.of(counts, List.of(), List.of(behind));
    }
    return Verdict.of(counts, lateness(loop), List.of());
  }

  private static List<String> lateness(OpenLoop loop) {
    double lateMs = loop.lateness().getValueAtPercentile(99) / 1e6;
    if (lateMs <= LATEST.toMillis()) {
      return List.of();
    }
    return List.of(
        String.format(
            Locale.ROOT,
            "the load generator sent late, p99 %.1f ms after the intended time: %s",
            lateMs,
            loop.heldUp()
                ? "no client had room; give it more --clients or --in-flight"
                : "it was too busy; give it a --warmup, or ask for less"));
  }

  private static double freeServerNs(Watch watch) {
    return watch.total().getTotalCount() == 0
        ? 0
        : Math.min((double) watch.total().getValueAtPercentile(10), LONGEST_SERVICE_NS);
  }

  private RunReport report(
      String title, Run run, Watch watch, OptionalDouble rate, Verdict verdict) {
    Tally tally = run.tally();
    return new RunReport(
        title,
        pairs.name() + ", " + pairs.lengths(),
        tally.counts(),
        run.elapsedNs() / 1e9,
        watch.total(),
        tally.tokens(),
        tally.split(),
        watch.cores(),
        watch.seconds(),
        rate,
        verdict);
  }
}
