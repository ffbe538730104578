package io.ganglion.loadgen;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Counts what ends. Any thread may record; {@link #interval} is for the one that watches. Latencies
 * are of answered requests, in nanoseconds, to three digits up to an hour.
 */
final class Tally {
  private static final long HIGHEST_NS = 3_600_000_000_000L;

  private final Recorder latencies = new Recorder(HIGHEST_NS, 3);
  private final Histogram tokens = new ConcurrentHistogram(1 << 20, 3);
  private final LongAdder ok = new LongAdder();
  private final LongAdder correct = new LongAdder();
  private final LongAdder labelled = new LongAdder();
  private final LongAdder cancelled = new LongAdder();
  private final ConcurrentMap<String, LongAdder> failures = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, String> firstMessages = new ConcurrentHashMap<>();
  private final AtomicInteger inFlight = new AtomicInteger();

  void sent() {
    inFlight.incrementAndGet();
  }

  void ended() {
    inFlight.decrementAndGet();
  }

  void ok(long latencyNs, int inputTokens) {
    latencies.recordValue(Math.min(Math.max(latencyNs, 0), HIGHEST_NS));
    if (inputTokens > 0) {
      tokens.recordValue(Math.min(inputTokens, 1 << 20));
    }
    ok.increment();
  }

  void judged(boolean right) {
    labelled.increment();
    if (right) {
      correct.increment();
    }
  }

  void failed(String code, String message) {
    failures.computeIfAbsent(code, key -> new LongAdder()).increment();
    firstMessages.putIfAbsent(code, message);
  }

  void cancelled() {
    cancelled.increment();
  }

  /** The latencies since the last call. */
  Histogram interval() {
    return latencies.getIntervalHistogram();
  }

  Histogram tokens() {
    return tokens.copy();
  }

  int inFlight() {
    return inFlight.get();
  }

  long okCount() {
    return ok.sum();
  }

  long cancelledCount() {
    return cancelled.sum();
  }

  long failedCount() {
    return failures.values().stream().mapToLong(LongAdder::sum).sum();
  }

  long labelledCount() {
    return labelled.sum();
  }

  long correctCount() {
    return correct.sum();
  }

  Map<String, Long> failuresByCode() {
    Map<String, Long> counts = new TreeMap<>();
    failures.forEach((code, count) -> counts.put(code, count.sum()));
    return counts;
  }

  Map<String, String> firstMessages() {
    return new TreeMap<>(firstMessages);
  }
}
