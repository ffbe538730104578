package io.ganglion.core.cpu;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ganglion.core.cpu.TurnLedger.Turn;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Lets as many threads of cores compute at once as there are processors, first come first served.
 * More threads would only evict each other's matrices from the caches on each switch. Thread-safe.
 * It cannot stop a hanging core: after some time the others no longer count it.
 */
final class Turns {
  /** The turns of all cores in this process, for all models. */
  static final Turns OF_PROCESS =
      new Turns(
          Runtime.getRuntime().availableProcessors(), Duration.ofSeconds(10), System::nanoTime);

  private final int processors;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final TurnLedger ledger;

  /**
   * @param patience longer than a group of requests takes; a thread that holds a turn for this long
   *     hangs
   */
  Turns(int processors, Duration patience, LongSupplier nanoTime) {
    this.processors = processors;
    this.nanoTime = nanoTime;
    this.ledger = new TurnLedger(processors, patience.toNanos());
  }

  /**
   * Runs the work of {@code threads} threads when its turn comes. A thread that is interrupted
   * while it waits runs the work at once, without a turn, and stays interrupted.
   */
  void run(int threads, Runnable work) {
    Turn turn = take(Math.min(threads, processors));
    try {
      work.run();
    } finally {
      end(turn);
    }
  }

  private Turn take(int share) {
    lock.lock();
    try {
      Turn turn = ledger.join(share);
      try {
        await(turn);
      } catch (InterruptedException e) {
        ledger.end(turn);
        Thread.currentThread().interrupt();
      }
      changed.signalAll(); // now another thread is next
      return turn;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void await(Turn turn) throws InterruptedException {
    while (!ledger.take(turn, nanoTime.getAsLong())) {
      if (ledger.isNext(turn)) {
        long unused = changed.awaitNanos(ledger.nsToStrikeOff(nanoTime.getAsLong()));
      } else {
        changed.await();
      }
    }
  }

  private void end(Turn turn) {
    lock.lock();
    try {
      ledger.end(turn);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
