package io.ganglion.loadgen;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the requests of a run share: the clock, the counts, and the time from which they count. Any
 * thread.
 */
final class Run {
  private final Scheduler scheduler;
  private final Tally tally = new Tally();
  private final @Nullable LatencyLog log;
  private final @Nullable Canceller canceller;
  private final AtomicLong served = new AtomicLong();
  private final long startNs;
  private final long countFromNs;
  private volatile long lastEndNs;
  private volatile long lastServedNs;
  private volatile long mark = Long.MAX_VALUE;
  private volatile long markNs;

  /**
   * Starts a run.
   *
   * @param warmUpNs length of the warm-up; requests intended for it are not counted
   * @param log receives every latency; null for none
   * @param canceller cancels some requests; null for none
   */
  Run(Scheduler scheduler, long warmUpNs, @Nullable LatencyLog log, @Nullable Canceller canceller) {
    this.scheduler = scheduler;
    this.log = log;
    this.canceller = canceller;
    this.startNs = scheduler.nowNs();
    this.countFromNs = startNs + warmUpNs;
    this.lastEndNs = countFromNs;
    this.lastServedNs = countFromNs;
  }

  long startNs() {
    return startNs;
  }

  long countFromNs() {
    return countFromNs;
  }

  Tally tally() {
    return tally;
  }

  /**
   * Notes the time at which this many counted requests have been answered, or cancelled on purpose.
   * Refusals do not count, because they do not show what a server can do.
   */
  void markAfter(long requests) {
    mark = requests;
  }

  /** Nanoseconds from the first counted moment to the mark; -1 if it was not reached. */
  long markedNs() {
    return markNs == 0 ? -1 : markNs - countFromNs;
  }

  long elapsedNs() {
    return lastEndNs - countFromNs;
  }

  /** Number of counted requests that were answered, or cancelled on purpose. */
  long served() {
    return served.get();
  }

  /** Nanoseconds from the first counted moment to the last of these. */
  long servedNs() {
    return lastServedNs - countFromNs;
  }

  /**
   * Sends a request and counts its outcome.
   *
   * @param intendedNs time from which its latency counts
   * @param after called when it has ended, with whether it was answered
   */
  void send(Requests client, Question question, long intendedNs, After after) {
    tally.sent();
    Runnable cancel = client.send(question, new Shot(question, intendedNs, after));
    if (canceller != null) {
      canceller.mayCancel(cancel);
    }
  }

  /** Called after a request. */
  interface After {
    void ended(boolean answered);
  }

  private final class Shot implements Requests.Outcome {
    private final Question question;
    private final long intendedNs;
    private final After after;

    Shot(Question question, long intendedNs, After after) {
      this.question = question;
      this.intendedNs = intendedNs;
      this.after = after;
    }

    @Override
    public void answered(Answer answer) {
      long now = scheduler.nowNs();
      if (counts()) {
        long latencyNs = now - intendedNs;
        tally.ok(latencyNs, answer);
        if (log != null) {
          log.add(latencyNs);
        }
        judge(answer);
        ended(now);
        served(now);
      }
      tally.ended();
      after.ended(true);
    }

    @Override
    public void failed(String code, String message) {
      if (counts()) {
        long now = scheduler.nowNs();
        ended(now);
        if (canceller != null && code.equals("CANCELLED")) {
          tally.cancelled();
          served(now);
        } else {
          tally.failed(code, message);
        }
      }
      tally.ended();
      after.ended(false);
    }

    private void judge(Answer answer) {
      if (!(question instanceof LabelledPair pair)) {
        tally.judged(answer.judgement());
      } else if (pair.labelled()) {
        tally.judged(answer.labelIndex() == pair.label());
      }
    }

    private boolean counts() {
      return intendedNs - countFromNs >= 0;
    }

    private void ended(long now) {
      lastEndNs = now; // racing threads write times that differ by microseconds
    }

    private void served(long now) {
      lastServedNs = now;
      if (served.incrementAndGet() == mark) {
        markNs = now;
      }
    }
  }
}
