package io.ganglion.server;

import io.ganglion.engine.batch.Client;
import io.ganglion.engine.batch.NanoClock;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.batch.PendingRequest;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.runtime.text.TokenSequence;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * The self-test: runs pairs through the cores without gRPC, in whole passes until the time is over.
 * Prints throughput and, for pairs with labels, accuracy. Not thread-safe.
 */
final class BootstrapRun {
  private static final long SECOND_NS = 1_000_000_000L;

  /** So many that no core ever waits for this thread. */
  private static final int IN_FLIGHT = 256;

  private final Client client = new Client("bootstrap");
  private final ServedModel model;
  private final List<LabelledPair> pairs;
  private final NanoClock clock;
  private final PrintStream out;
  private final LongAdder answered = new LongAdder();
  private final LongAdder judged = new LongAdder();
  private final LongAdder correct = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final Semaphore permits;
  private long shownAtNs;
  private long shown;

  BootstrapRun(ServedModel model, List<LabelledPair> pairs, int queue, PrintStream out) {
    this.model = model;
    this.pairs = pairs;
    this.clock = NanoClock.system();
    this.out = out;
    this.permits = new Semaphore(Math.min(IN_FLIGHT, queue));
  }

  /** Runs the test. Returns whether every request was answered. */
  boolean run(long durationNs) throws InterruptedException {
    long startNs = clock.nanoTime();
    shownAtNs = startNs;
    Phaser inFlight = new Phaser(1);
    do {
      for (LabelledPair pair : pairs) {
        permits.acquire();
        submit(pair, inFlight);
        show(clock.nanoTime());
      }
    } while (clock.nanoTime() - startNs < durationNs);
    inFlight.arriveAndAwaitAdvance();
    double seconds = (clock.nanoTime() - startNs) / (double) SECOND_NS;
    out.printf(
        Locale.ROOT,
        "Average throughput: %.1f%s (%d answered, %d failed, %.1f s)%n",
        answered.sum() / seconds,
        accuracy(),
        answered.sum(),
        failed.sum(),
        seconds);
    return failed.sum() == 0;
  }

  private void submit(LabelledPair pair, Phaser inFlight) {
    TokenSequence tokens = model.encode(pair.textA(), pair.textB());
    inFlight.register();
    PendingRequest request =
        new PendingRequest(
            client,
            tokens,
            clock.nanoTime(),
            PendingRequest.NO_DEADLINE,
            outcome -> {
              count(outcome, pair.label());
              permits.release();
              inFlight.arriveAndDeregister();
            });
    if (!model.scheduler().submit(request)) {
      request.cancel();
    }
  }

  private void count(Outcome outcome, OptionalInt label) {
    if (outcome instanceof Outcome.Answered answer) {
      answered.increment();
      if (label.isPresent()) {
        judged.increment();
        correct.add(answer.best() == label.getAsInt() ? 1 : 0);
      }
    } else {
      failed.increment();
    }
  }

  /** A text such as {@code , accuracy 0.8500 (17 of 20)}; empty if no pair has a label. */
  private String accuracy() {
    long count = judged.sum();
    return count == 0
        ? ""
        : String.format(
            Locale.ROOT,
            ", accuracy %.4f (%d of %d)",
            correct.sum() / (double) count,
            correct.sum(),
            count);
  }

  private void show(long nowNs) {
    if (nowNs - shownAtNs >= SECOND_NS) {
      long count = answered.sum();
      out.printf(
          Locale.ROOT,
          "current throughput %d%s%n",
          Math.round((count - shown) * (double) SECOND_NS / (nowNs - shownAtNs)),
          accuracy());
      out.flush();
      shownAtNs = nowNs;
      shown = count;
    }
  }
}
