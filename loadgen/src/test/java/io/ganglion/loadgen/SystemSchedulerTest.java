package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real scheduler keeps the promises that virtual time makes in all other tests. */
@Timeout(30)
class SystemSchedulerTest {
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final SystemScheduler scheduler = new SystemScheduler(executor);

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  private boolean opened(CountDownLatch latch) throws InterruptedException {
    return scheduler.await(latch, scheduler.nowNs() + 20_000_000_000L);
  }

  @Test
  void aTaskRunsOnceAndNotBeforeItsTime() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    ConcurrentLinkedQueue<Long> ranAt = new ConcurrentLinkedQueue<>();
    long before = scheduler.nowNs();
    scheduler.after(
        30_000_000,
        () -> {
          ranAt.add(scheduler.nowNs());
          done.countDown();
        });
    assertThat(opened(done)).isTrue();
    assertThat(ranAt).singleElement().matches(at -> at - before >= 30_000_000L);
  }

  @Test
  void tasksWithoutADelayRunInTheirOrder() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(3);
    ConcurrentLinkedQueue<Integer> order = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < 3; i++) {
      int number = i;
      scheduler.after(
          -i,
          () -> {
            order.add(number);
            done.countDown();
          });
    }
    assertThat(opened(done)).isTrue();
    assertThat(List.copyOf(order)).containsExactly(0, 1, 2);
  }

  @Test
  void aWaitEndsAtItsMomentAndOneThatIsOverDoesNotWait() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    long until = scheduler.nowNs() + 20_000_000;
    assertThat(scheduler.await(never, until)).isFalse();
    assertThat(scheduler.nowNs() - until).isGreaterThanOrEqualTo(0L);
    assertThat(scheduler.await(never, until)).isFalse();
    assertThat(scheduler.await(new CountDownLatch(0), until)).isTrue();
  }
}
