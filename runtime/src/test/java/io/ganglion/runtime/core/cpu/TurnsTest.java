package io.ganglion.runtime.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TurnsTest {
  @Test
  void noMoreComputeAtOnceThanThereAreTurns() throws InterruptedException {
    Turns turns = new Turns(2);
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
    Turns turns = new Turns(1);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> turns.run(TurnsTest::fail)).isInstanceOf(DnnlException.class);
    }
    AtomicInteger ran = new AtomicInteger();
    turns.run(ran::incrementAndGet);
    assertThat(ran.get()).isOne();
  }

  @Test
  void anInterruptedCoreRunsWithoutATurnAndStaysInterrupted() throws InterruptedException {
    Turns turns = new Turns(1);
    Semaphore hang = new Semaphore(0);
    CountDownLatch held = new CountDownLatch(1);
    Thread holder =
        new Thread(
            () ->
                turns.run(
                    () -> {
                      held.countDown();
                      hang.acquireUninterruptibly();
                    }));
    holder.start();
    held.await();
    AtomicInteger ran = new AtomicInteger();
    Thread.currentThread().interrupt();
    turns.run(ran::incrementAndGet);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(ran.get()).isOne();
    hang.release();
    holder.join();
  }

  private static void fail() {
    throw new DnnlException("run", 3);
  }
}
