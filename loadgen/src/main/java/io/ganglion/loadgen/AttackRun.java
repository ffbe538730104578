package io.ganglion.loadgen;

import io.ganglion.loadgen.attack.Attack;
import io.ganglion.loadgen.attack.BusyWork;
import io.ganglion.loadgen.attack.Siege;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Measures a polite client alone and beside attacks, and prints a line for each. The attacker may
 * run on the server's machine, so the client is also measured beside as much use of the processor
 * that leaves the server alone: only what it loses beyond that is the server's. One thread.
 */
final class AttackRun {
  /** An attacker that uses less of a processor takes nothing from anybody. */
  private static final double LITTLE = 0.05;

  private final LoadRunner runner;
  private final InetSocketAddress grpc;
  private final @Nullable InetSocketAddress metrics;
  private final Scheduler scheduler;
  private final int attackers;
  private final double mostRatio;
  private final PrintWriter out;

  /**
   * Sieges of a server.
   *
   * @param metrics its port of probes; null to leave it alone
   * @param attackers how many attack at once
   * @param mostRatio how many times as long the polite client's p99 may be
   */
  AttackRun(
      LoadRunner runner,
      InetSocketAddress grpc,
      @Nullable InetSocketAddress metrics,
      Scheduler scheduler,
      int attackers,
      double mostRatio,
      PrintWriter out) {
    this.runner = runner;
    this.grpc = grpc;
    this.metrics = metrics;
    this.scheduler = scheduler;
    this.attackers = attackers;
    this.mostRatio = mostRatio;
    this.out = out;
  }

  /** Carries out the attacks, one after the other. Whether the server held against all. */
  boolean all(List<Attack> attacks, double rate, Duration duration) throws InterruptedException {
    LoadPlan plan =
        new LoadPlan(
            1,
            1_000,
            Long.MAX_VALUE,
            duration,
            duration.dividedBy(5),
            OptionalDouble.of(rate),
            Schedule.Arrivals.POISSON,
            1,
            false,
            0);
    out.printf(
        Locale.ROOT,
        "A polite client, %.0f requests/s for %.0f s, alone and beside %d attacker%s:%n%n",
        rate,
        duration.toMillis() / 1e3,
        attackers,
        attackers == 1 ? "" : "s");
    out.printf(
        "%-15s %9s %9s %9s %9s %9s %6s %6s %7s %7s  %s%n",
        "attack",
        "p50 alone",
        "p99 alone",
        "p99 busy",
        "p50 with",
        "p99 with",
        "ratio",
        "cores",
        "opened",
        "ended",
        "");
    out.flush();
    boolean held = true;
    for (Attack attack : attacks) {
      held &= one(attack, plan);
    }
    return held && !runner.interrupted();
  }

  private boolean one(Attack attack, LoadPlan plan) throws InterruptedException {
    RunReport alone = runner.run(plan, second -> {});
    RunReport beside;
    Probes probes = metrics == null ? null : new Probes(metrics, scheduler);
    Siege siege = Siege.begin(attack, grpc, metrics == null ? grpc : metrics, attackers);
    try {
      beside = runner.run(plan, second -> {});
    } finally {
      siege.close();
      if (probes != null) {
        probes.close();
      }
    }
    double cores = Math.max(0, beside.cores() - alone.cores());
    double busyMs = cores < LITTLE ? alone.latencyMs(99) : busy(cores, plan).latencyMs(99);
    double ratio = beside.latencyMs(99) / Math.max(alone.latencyMs(99), busyMs);
    long failed = alone.counts().failed() + beside.counts().failed();
    boolean probed = probes == null || probes.held();
    boolean held = ratio <= mostRatio && failed == 0 && beside.counts().ok() > 0 && probed;
    out.printf(
        Locale.ROOT,
        "%-15s %9.2f %9.2f %9.2f %9.2f %9.2f %6.2f %6.2f %7d %7d  %s%n",
        attack.id(),
        alone.latencyMs(50),
        alone.latencyMs(99),
        busyMs,
        beside.latencyMs(50),
        beside.latencyMs(99),
        ratio,
        cores,
        siege.opened(),
        siege.ended(),
        words(held, failed, probes));
    out.flush();
    return held;
  }

  private RunReport busy(double cores, LoadPlan plan) throws InterruptedException {
    BusyWork work = new BusyWork(cores, scheduler::nowNs);
    try {
      return runner.run(plan, second -> {});
    } finally {
      work.close();
    }
  }

  private static String words(boolean held, long failed, @Nullable Probes probes) {
    return (held ? "HELD" : "FELL")
        + (failed == 0 ? "" : ", " + failed + " requests failed")
        + (probes == null ? "" : ", " + probes.words());
  }
}
