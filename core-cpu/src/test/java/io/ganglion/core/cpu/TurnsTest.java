package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TurnsTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final AtomicLong now = new AtomicLong();

  @Test
  void noMoreComputeAtOnceThanThereAreTurns() throws InterruptedException {
    Turns turns = new Turns(2, LONG, now::get);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      threads.add(
          new Thread(
              () -> {
                for (int k = 0; k < 200; k++) {
                  turns.run(
                      1,
                      () -> {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        Thread.onSpinWait();
                        now.decrementAndGet();
                        done.incrementAndGet();
                      });
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(most.get()).isLessThanOrEqualTo(2);
    assertThat(done.get()).isEqualTo(1200);
  }

  @Test
  void aTurnIsGivenBackWhenTheWorkFails() {
    Turns turns = new Turns(1, LONG, now::get);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> turns.run(1, TurnsTest::fail)).isInstanceOf(DnnlException.class);
    }
    AtomicInteger ran = new AtomicInteger();
    turns.run(1, ran::incrementAndGet);
    assertThat(ran.get()).isOne();
  }

  @Test
  void anInterruptedCoreRunsWithoutATurnAndStaysInterrupted() throws InterruptedException {
    Turns turns = new Turns(1, LONG, now::get);
    Semaphore hang = new Semaphore(0);
    Thread holder = hold(turns, hang);
    AtomicInteger ran = new AtomicInteger();
    Thread.currentThread().interrupt();
    turns.run(1, ran::incrementAndGet);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(ran.get()).isOne();
    hang.release();
    holder.join();
  }

  @Test
  void aCoreOfSeveralThreadsTakesAsManyTurnsAndNeverMoreThanThereAre() throws InterruptedException {
    Turns turns = new Turns(2, LONG, now::get);
    AtomicInteger ran = new AtomicInteger();
    turns.run(8, ran::incrementAndGet);
    turns.run(2, ran::incrementAndGet);
    assertThat(ran.get()).isEqualTo(2);
  }

  @Test
  void aTurnThatComesBackAfterItWasStruckOffIsNoneMoreThanThereWas() throws InterruptedException {
    Turns turns = new Turns(1, LONG, now::get);
    Semaphore late = new Semaphore(0);
    Thread lateHolder = hold(turns, late);
    now.addAndGet(LONG.toNanos());
    AtomicInteger ran = new AtomicInteger();
    turns.run(1, ran::incrementAndGet);
    assertThat(ran.get()).as("the one that hangs is struck off").isOne();
    late.release();
    lateHolder.join();

    Semaphore work = new Semaphore(0);
    Thread holder = hold(turns, work);
    Thread waiting = new Thread(() -> turns.run(1, ran::incrementAndGet));
    waiting.start();
    while (waiting.getState() != Thread.State.TIMED_WAITING) {
      assertThat(waiting.getState()).as("there is one turn").isNotEqualTo(Thread.State.TERMINATED);
      Thread.onSpinWait();
    }
    assertThat(ran.get()).isOne();
    work.release();
    holder.join();
    waiting.join();
    assertThat(ran.get()).isEqualTo(2);
  }

  /** A thread that holds its turn until the test lets it go on. */
  private static Thread hold(Turns turns, Semaphore hang) throws InterruptedException {
    CountDownLatch held = new CountDownLatch(1);
    Thread holder =
        new Thread(
            () ->
                turns.run(
                    1,
                    () -> {
                      held.countDown();
                      hang.acquireUninterruptibly();
                    }));
    holder.start();
    held.await();
    return holder;
  }

  private static void fail() {
    throw new DnnlException("run", 3);
  }
}
