package io.ganglion.loadgen;

import io.ganglion.api.ModelInfo;
import io.ganglion.api.TextPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Makes runs in virtual time, and their reports. */
final class Runs {
  /** The first time of the clock, arbitrary as in a JVM. */
  static final long START_NS = -7_000_000_123L;

  static final PairSet PAIRS =
      new PairSet(
          "two pairs",
          List.of(
              new LabelledPair(new TextPair("a", "a"), 1),
              new LabelledPair(new TextPair("a", "b"), 1)),
          List.of());

  static final Provenance PROVENANCE =
      new Provenance(
          Instant.parse("2026-11-28T01:02:03.456Z"),
          List.of("--rate", "500"),
          new Machine("some-host", "Some CPU, 2 processors", "17.0.1, Somebody"),
          List.of(model("mrpc", "abc123", List.of("no", "yes"))));

  private Runs() {}

  static ModelInfo model(String name, String digest, List<String> labels) {
    return new ModelInfo(
        name,
        digest,
        "3",
        new ModelInfo.Task(ModelInfo.Kind.CLASSIFICATION, ModelInfo.Output.SOFTMAX, 0, true),
        labels,
        "bf16",
        128,
        "cpu",
        2,
        1000,
        100);
  }

  static LoadPlan closed(int clients, int inFlight, long cycle, Duration duration) {
    return new LoadPlan(
        clients,
        inFlight,
        cycle,
        duration,
        Duration.ZERO,
        OptionalDouble.empty(),
        Schedule.Arrivals.CONSTANT,
        1,
        true,
        0);
  }

  static LoadPlan open(double rate, Duration duration) {
    return open(rate, duration, 4, 1000, Schedule.Arrivals.CONSTANT);
  }

  static LoadPlan open(
      double rate, Duration duration, int clients, int inFlight, Schedule.Arrivals arrivals) {
    return new LoadPlan(
        clients,
        inFlight,
        Long.MAX_VALUE,
        duration,
        Duration.ZERO,
        OptionalDouble.of(rate),
        arrivals,
        1,
        true,
        0);
  }

  static LoadRunner runner(Target target, VirtualTime time) {
    return new LoadRunner(target, time, () -> time.nowNs() / 4, PAIRS, null);
  }

  static RunReport run(Target target, VirtualTime time, LoadPlan plan) throws InterruptedException {
    return runner(target, time).run(plan, second -> {});
  }

  /** A report of one second with these latencies. */
  static RunReport report(double rate, double... latenciesMs) {
    return report(rate, new Verdict(List.of(), List.of()), Map.of(), latenciesMs);
  }

  static RunReport report(
      double rate, Verdict verdict, Map<String, Long> failures, double... latenciesMs) {
    Histogram latencies = new Histogram(3);
    for (double ms : latenciesMs) {
      latencies.recordValue(VirtualTime.ms(ms));
    }
    Map<String, String> messages = new TreeMap<>();
    failures.keySet().forEach(code -> messages.put(code, "the <first> message"));
    return new RunReport(
        "scripted run",
        "words a pair: 2",
        new Counts(latenciesMs.length, 0, new TreeMap<>(failures), messages, 4, 3, List.of()),
        1,
        latencies,
        new Histogram(3),
        split(),
        0.25,
        List.of(second(1, 1, 10)),
        OptionalDouble.of(rate),
        verdict);
  }

  private static ServerSplit split() {
    Histogram queue = new Histogram(3);
    queue.recordValue(2_000_000);
    Histogram inference = new Histogram(3);
    inference.recordValue(3_000_000);
    Histogram batch = new Histogram(3);
    batch.recordValue(4);
    return new ServerSplit(queue, inference, batch);
  }

  static Second second(double at, double length, double rate) {
    return new Second(at, length, rate, 3, 1.5, 2.5, Map.of());
  }

  static RunReport withTimeline(RunReport report, List<Second> timeline) {
    return new RunReport(
        report.title(),
        report.lengths(),
        report.counts(),
        report.seconds(),
        report.latencies(),
        report.tokens(),
        report.split(),
        report.cores(),
        new ArrayList<>(timeline),
        report.plannedRate(),
        report.verdict());
  }
}
