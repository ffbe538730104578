package io.ganglion.loadgen;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Counts ended requests. Any thread may record; only the watching thread calls {@link #interval}.
 * Latencies are those of answered requests, in nanoseconds, with three digits, up to an hour.
 */
final class Tally {
  private static final long HIGHEST_NS = 3_600_000_000_000L;
  private static final int HIGHEST_COUNT = 1 << 20;

  private final Recorder latencies = new Recorder(HIGHEST_NS, 3);
  private final Histogram tokens = new ConcurrentHistogram(HIGHEST_COUNT, 3);
  private final Histogram queueNs = new ConcurrentHistogram(HIGHEST_NS, 2);
  private final Histogram inferenceNs = new ConcurrentHistogram(HIGHEST_NS, 2);
  private final Histogram batchSize = new ConcurrentHistogram(HIGHEST_COUNT, 3);
  private final LongAdder ok = new LongAdder();
  private final LongAdder correct = new LongAdder();
  private final LongAdder labelled = new LongAdder();
  private final Quality quality = new Quality();
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

  void ok(long latencyNs, Answer answer) {
    latencies.recordValue(clamp(latencyNs, HIGHEST_NS));
    if (answer.inputTokens() > 0) {
      tokens.recordValue(clamp(answer.inputTokens(), HIGHEST_COUNT));
    }
    if (answer.batchSize() > 0) {
      queueNs.recordValue(clamp(answer.queueNs(), HIGHEST_NS));
      inferenceNs.recordValue(clamp(answer.inferenceNs(), HIGHEST_NS));
      batchSize.recordValue(clamp(answer.batchSize(), HIGHEST_COUNT));
    }
    ok.increment();
  }

  private static long clamp(long value, long highest) {
    return Math.min(Math.max(value, 0), highest);
  }

  void judged(boolean right) {
    labelled.increment();
    if (right) {
      correct.increment();
    }
  }

  void judged(Judgement judgement) {
    quality.add(judgement);
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

  ServerSplit split() {
    return new ServerSplit(queueNs.copy(), inferenceNs.copy(), batchSize.copy());
  }

  int inFlight() {
    return inFlight.get();
  }

  SortedMap<String, Long> failures() {
    SortedMap<String, Long> counts = new TreeMap<>();
    failures.forEach((code, count) -> counts.put(code, count.sum()));
    return counts;
  }

  Counts counts() {
    return new Counts(
        ok.sum(),
        cancelled.sum(),
        failures(),
        firstMessages,
        labelled.sum(),
        correct.sum(),
        quality.scores());
  }
}
