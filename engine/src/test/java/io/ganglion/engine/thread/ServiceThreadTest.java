package io.ganglion.engine.thread;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ServiceThreadTest {
  private static final long LONG_NS = TimeUnit.SECONDS.toNanos(20);

  private final Told told = new Told();

  private static final class Told implements ThreadEvents {
    final List<String> failures = new CopyOnWriteArrayList<>();

    @Override
    public void onThreadFailure(String thread, Throwable failure) {
      failures.add(thread + " " + failure.getMessage());
    }

    @Override
    public void onVitalThreadEnded(String thread) {}
  }

  private boolean run(ThreadEvents events, ServiceThread.Work work) throws Exception {
    ServiceThread thread = ServiceThread.of("worker", events, work);
    thread.start();
    return thread.awaitEnd(LONG_NS);
  }

  @Test
  void anErrorIsToldAndTheWorkGoesOn() throws Exception {
    AtomicInteger turns = new AtomicInteger();
    assertThat(
            run(
                told,
                () -> {
                  if (turns.incrementAndGet() == 1) {
                    throw new NoClassDefFoundError("tzdb.dat");
                  }
                  return turns.get() < 3;
                }))
        .isTrue();
    assertThat(turns).hasValue(3);
    assertThat(told.failures).containsExactly("worker tzdb.dat");
  }

  @Test
  void evenIfItCannotBeTold() throws Exception {
    AtomicInteger turns = new AtomicInteger();
    ThreadEvents speechless =
        new ThreadEvents() {
          @Override
          public void onThreadFailure(String thread, Throwable failure) {
            throw new OutOfMemoryError("no room for a line of log");
          }

          @Override
          public void onVitalThreadEnded(String thread) {}
        };
    assertThat(
            run(
                speechless,
                () -> {
                  if (turns.incrementAndGet() == 1) {
                    throw new IllegalStateException("first");
                  }
                  return false;
                }))
        .isTrue();
    assertThat(turns).hasValue(2);
  }

  @Test
  void aThreadThatFailsEachTimePausesAndCanBeStopped() throws Exception {
    AtomicInteger turns = new AtomicInteger();
    ServiceThread thread =
        ServiceThread.of(
            "worker",
            told,
            () -> {
              turns.incrementAndGet();
              throw new IllegalStateException("again");
            });
    thread.start();
    assertThat(thread.awaitEnd(TimeUnit.MILLISECONDS.toNanos(350))).isFalse();
    thread.stop();
    assertThat(thread.awaitEnd(LONG_NS)).isTrue();
    assertThat(turns.get()).isBetween(1, 3); // at 0, 100 and 300 ms
  }

  @Test
  void aPeriodicThreadDoesNothingMoreOnceItIsStopped() throws Exception {
    CountDownLatch twice = new CountDownLatch(2);
    ServiceThread thread = ServiceThread.periodic("worker", told, 1_000_000, twice::countDown);
    thread.start();
    assertThat(twice.await(20, TimeUnit.SECONDS)).isTrue();
    thread.stop();
    assertThat(thread.awaitEnd(LONG_NS)).isTrue();
  }
}
